package dev.relevo.pipeline;

import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.manifest.ManifestError;
import dev.relevo.manifest.Preflight;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.List;

/** What becomes of warnings where a deploy is to be strict: a refusal that names them all. */
final class StrictPreflight {
    private StrictPreflight() {}

    static RelevoException refusal(List<Preflight.Warning> warnings) {
        Preflight.Warning first = warnings.get(0);
        Problem problem = Problem.of(ManifestError.STRICT, first.text());
        for (Preflight.Warning warning : warnings.subList(1, warnings.size())) {
            problem = problem.detail(warning.text()).detail("  what to do: " + warning.remedy());
        }
        return problem.remedy(first.remedy() + " Or deploy without --strict (deploy.strict)")
                .asException();
    }

    /** No data is no pass. */
    static RelevoException unseen(Kind kind, ClusterRefusal.Forbidden refused) {
        return Problem.of(
                        ManifestError.STRICT,
                        "Objects of kind " + kind.name()
                                + " may not be listed, so it cannot be said whether they are in the way")
                .details(refused.problem().details())
                .remedy(
                        "Give the identity the Role that `relevo rbac` prints, or deploy without --strict (deploy.strict)")
                .asException(refused);
    }
}
