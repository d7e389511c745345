package dev.relevo.deploy.release;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import java.util.Map;
import java.util.Optional;

/**
 * A live Deployment, StatefulSet or DaemonSet, as far as decisions need it.
 *
 * @param object the workload
 */
public record Workload(KubeObject object) {
    /** Pods that it is to have; 1 where nothing is said, as Kubernetes has it. A DaemonSet's nodes say it. */
    public int desired() {
        return onEveryNode()
                ? count("desiredNumberScheduled")
                : object.at("/spec/replicas").asInt(1);
    }

    /** Pods of the current template. */
    public int updated() {
        if (onEveryNode()) {
            return count("updatedNumberScheduled");
        }
        // A StatefulSet counts only while two revisions are there.
        String revision = object.at("/status/updateRevision").asText("");
        boolean oneRevision = !revision.isEmpty()
                && revision.equals(object.at("/status/currentRevision").asText());
        return count(oneRevision ? "replicas" : "updatedReplicas");
    }

    /** Pods that were ready for minReadySeconds, of any template. */
    public int available() {
        return count(onEveryNode() ? "numberAvailable" : "availableReplicas");
    }

    /** All pods, of any template. */
    public int pods() {
        return count(onEveryNode() ? "currentNumberScheduled" : "replicas");
    }

    /** Whether the controller has seen the latest change. */
    public boolean observed() {
        return object.at("/status/observedGeneration").asLong(0) >= object.generation();
    }

    /**
     * Whether exactly the desired pods run, all of the current template and all available. The status is only believed
     * when it speaks of the latest generation.
     */
    public boolean complete() {
        return observed()
                && updated() == desired()
                && pods() == desired()
                && available() == desired()
                && count(onEveryNode() ? "numberReady" : "readyReplicas") == desired();
    }

    /** Which pod template it was last given by Relevo; empty when it was never. */
    public String template() {
        String annotated = object.at("/spec/template/metadata/annotations")
                .path(Marks.TEMPLATE)
                .asText("");
        return annotated.isEmpty() ? Template.labels(object).getOrDefault(Marks.TEMPLATE, "") : annotated;
    }

    /**
     * Whether its pods are this release's: the same template, and nobody has set another image since, which a
     * template's annotation survives.
     */
    public boolean runs(ReleaseSpec release) {
        return template().equals(release.template())
                && Template.images(object).equals(Template.images(release.workloadManifest()));
    }

    private boolean onEveryNode() {
        return object.kind().equals(Kind.DAEMON_SET);
    }

    private int count(String field) {
        return object.at("/status/" + field).asInt(0);
    }

    /** The labels by which it selects its pods. */
    public Map<String, String> selector() {
        return object.strings("/spec/selector/matchLabels");
    }

    /** Whether the manifest could be applied over it: a workload's selector can never change. */
    public boolean sameSelector(KubeObject manifest) {
        return object.at("/spec/selector").equals(manifest.at("/spec/selector"));
    }

    /** Whether Relevo's own apply is the only owner of {@code spec.replicas}, so that leaving it out would reset it to 1. */
    public boolean replicasOwnedByRelevoAlone() {
        boolean own = false;
        for (var entry : object.at("/metadata/managedFields")) {
            if (!entry.at("/fieldsV1/f:spec/f:replicas").isMissingNode()) {
                if (!"relevo".equals(entry.path("manager").asText())) {
                    return false;
                }
                own = true;
            }
        }
        return own;
    }

    public static Optional<Workload> of(Optional<KubeObject> object) {
        return object.map(Workload::new);
    }
}
