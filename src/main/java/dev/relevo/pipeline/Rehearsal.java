package dev.relevo.pipeline;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Cluster.ApplyOptions;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.manifest.Manifest;
import dev.relevo.manifest.Manifests;
import dev.relevo.report.Problem;
import java.util.List;

/**
 * Lets the API server look at what carries the traffic before anything is touched: a misspelt field in the Deployment must not be
 * found when the old version is gone already. Only that an object can never be accepted counts; a namespace that is not there yet,
 * a right, or a field that cannot change in place are the deploy's own matter.
 */
final class Rehearsal {
    private static final List<Kind> CARRY_THE_TRAFFIC =
            List.of(Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET, Kind.SERVICE);
    /** How Kubernetes words it (apimachinery, field validation). */
    private static final String IMMUTABLE = "field is immutable";

    private Rehearsal() {}

    /** @throws dev.relevo.report.RelevoException with {@link dev.relevo.cluster.ClusterError#INVALID_OBJECT} */
    static void of(Manifests manifests, Cluster cluster) {
        for (Kind kind : CARRY_THE_TRAFFIC) {
            manifests.ofKind(kind).forEach(manifest -> rehearse(cluster, manifest));
        }
    }

    private static void rehearse(Cluster cluster, Manifest manifest) {
        KubeObject object = manifest.object();
        try {
            KubeObject unused = cluster.apply(object, ApplyOptions.DRY_RUN);
        } catch (ClusterRefusal.Malformed never) {
            throw told(manifest, never);
        } catch (ClusterRefusal.Invalid refusal) {
            if (refusal.status() == 422 && !String.valueOf(refusal.getMessage()).contains(IMMUTABLE)) {
                throw told(manifest, refusal);
            }
        } catch (ClusterRefusal later) {
            // The deploy meets it when it matters, and tells it then.
        }
    }

    private static RuntimeException told(Manifest manifest, ClusterRefusal refusal) {
        Problem problem = refusal.problem();
        return new Problem(
                        problem.code(),
                        manifest.source() + ": " + problem.summary(),
                        problem.details(),
                        problem.remedy())
                .detail("Nothing was changed")
                .asException(refusal);
    }
}
