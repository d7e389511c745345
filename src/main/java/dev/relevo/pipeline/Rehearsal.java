package dev.relevo.pipeline;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Cluster.ApplyOptions;
import dev.relevo.cluster.ClusterError;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KnownKinds;
import dev.relevo.cluster.KubeObject;
import dev.relevo.manifest.Manifest;
import dev.relevo.manifest.Manifests;
import dev.relevo.report.Problem;
import java.util.List;

/**
 * Lets the API server look at what carries the traffic before anything is touched: a misspelt field in the Deployment must not be
 * found when the old version is gone already, nor that the Gateway API is not installed. Only that an object can never be accepted
 * counts; a namespace that is not there yet, a right, or a field that cannot change in place are the deploy's own matter.
 */
final class Rehearsal {
    private static final List<Kind> CARRY_THE_TRAFFIC =
            List.of(Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET, Kind.SERVICE);
    /** How Kubernetes words it (apimachinery, field validation). */
    private static final String IMMUTABLE = "field is immutable";

    private Rehearsal() {}

    /**
     * @throws dev.relevo.report.RelevoException with {@link ClusterError#KIND_NOT_SERVED} or
     *     {@link ClusterError#INVALID_OBJECT}
     */
    static void of(Manifests manifests, Cluster cluster) {
        for (Manifest manifest : manifests.items()) {
            Kind kind = manifest.object().kind();
            if (!KnownKinds.everywhere(kind) && !defined(manifests, kind) && !cluster.serves(kind)) {
                throw notServed(manifest, cluster);
            }
        }
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

    /** Whether the manifests bring the definition of the kind. */
    private static boolean defined(Manifests manifests, Kind kind) {
        return manifests.ofKind(Kind.CUSTOM_RESOURCE_DEFINITION).stream()
                .map(Manifest::object)
                .anyMatch(definition -> definition.at("/spec/group").asText().equals(kind.group())
                        && definition.at("/spec/names/kind").asText().equals(kind.name()));
    }

    private static RuntimeException notServed(Manifest manifest, Cluster cluster) {
        Kind kind = manifest.object().kind();
        return Problem.of(
                        ClusterError.KIND_NOT_SERVED,
                        manifest.source() + ": The cluster at " + cluster.address() + " does not serve the kind ["
                                + kind.name() + "] of [" + kind.apiVersion() + "]")
                .detail("Nothing was changed")
                .remedy("Install what defines it, or take " + kind.name() + "/"
                        + manifest.object().name() + " out of the manifests; `kubectl api-resources --api-group="
                        + kind.group() + "` lists what there is.")
                .asException();
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
