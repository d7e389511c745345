package dev.relevo.cli.command;

import dev.relevo.cli.console.CalledAs;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.report.Problem;

/** Adds to a request that lacks a right which command prints the Role that allows it. The cluster's own packages know no environments. */
final class LeastRoleHint {
    private LeastRoleHint() {}

    /** @param environment the name of the one whose cluster was asked */
    static Problem in(Problem problem, String environment) {
        return problem.remedy()
                .filter(ClusterRefusal.BIND_A_ROLE::equals)
                .map(first -> problem.remedy(first + " `relevo rbac -e " + CalledAs.quoted(environment)
                        + "` prints the least Role that delivers into this environment."))
                .orElse(problem);
    }
}
