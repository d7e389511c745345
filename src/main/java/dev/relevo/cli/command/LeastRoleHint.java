package dev.relevo.cli.command;

import dev.relevo.cli.console.CalledAs;
import dev.relevo.cluster.ClusterError;
import dev.relevo.report.Problem;

/** Adds to a refused read which command prints the Role that allows it. The cluster's own packages know no environments. */
final class LeastRoleHint {
    private LeastRoleHint() {}

    /** @param environment the name of the one whose cluster was asked */
    static Problem in(Problem problem, String environment) {
        if (problem.code() != ClusterError.FORBIDDEN) {
            return problem;
        }
        String hint = "`relevo rbac -e " + CalledAs.quoted(environment)
                + "` prints the least Role that delivers into this environment.";
        return problem.remedy(problem.remedy().map(first -> first + " " + hint).orElse(hint));
    }
}
