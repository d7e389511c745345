package dev.relevo.deploy.release;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import java.util.List;
import java.util.Set;

/** The objects of a release by the part that they play in a hand-over, each part in the order of the manifests. */
public record ReleaseObjects(Release release) {
    private static final Set<String> TRAFFIC_GROUPS = Set.of("gateway.networking.k8s.io", "policy", "autoscaling");

    /** What pods need before they start, and everything that has nothing to do with the hand-over. */
    public List<KubeObject> foundations() {
        List<KubeObject> services = release.spec().services();
        return release.spec().manifests().stream()
                .filter(object -> !object.ref().equals(release.spec().workload()))
                .filter(object -> !services.contains(object) && !follows(object.kind()))
                .map(release::marked)
                .toList();
    }

    /** The workload. */
    public KubeObject workload() {
        return release.marked(release.spec().workloadManifest());
    }

    /** The Services that lead to the workload's pods, the main one first. */
    public List<KubeObject> services() {
        return release.spec().services().stream().map(release::marked).toList();
    }

    /** What refers to workload and Services, and so comes after them: scaling, disruption budgets, routes. */
    public List<KubeObject> followers() {
        return release.spec().manifests().stream()
                .filter(object -> follows(object.kind()))
                .map(release::marked)
                .toList();
    }

    private static boolean follows(Kind kind) {
        return TRAFFIC_GROUPS.contains(kind.group()) || kind.sameGroupAndName(Kind.INGRESS);
    }

    /** Whether a HorizontalPodAutoscaler of the release sets the workload's replicas. */
    public boolean autoscaled() {
        return release.spec().autoscaled();
    }

    /** Whether the object scales this workload. */
    public static boolean scales(KubeObject object, ObjectRef workload) {
        return object.kind().sameGroupAndName(Kind.HORIZONTAL_POD_AUTOSCALER)
                && workload.kind()
                        .name()
                        .equals(object.at("/spec/scaleTargetRef/kind").asText())
                && workload.name().equals(object.at("/spec/scaleTargetRef/name").asText());
    }
}
