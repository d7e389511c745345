package dev.relevo.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How common kinds are addressed, so that no discovery request is needed for them. */
public final class KnownKinds {
    private static final String GATEWAY = "gateway.networking.k8s.io";
    private static final Map<String, Resource> BY_GROUP_AND_KIND = table();

    private KnownKinds() {}

    /**
     * A kind's place in the API's paths.
     *
     * @param plural the path segment, e.g. {@code deployments}
     * @param namespaced whether its objects live in namespaces
     */
    public record Resource(String plural, boolean namespaced) {}

    /** The resource of a kind, whatever its version; empty when the kind is not a common one. */
    public static Optional<Resource> of(Kind kind) {
        return Optional.ofNullable(BY_GROUP_AND_KIND.get(key(kind.group(), kind.name())));
    }

    /**
     * Whether objects of the kind live in a namespace. Kinds that are not known are taken to be namespaced, as most custom
     * resources are.
     */
    public static boolean namespaced(Kind kind) {
        return of(kind).map(Resource::namespaced).orElse(true);
    }

    /**
     * Whether every cluster serves the kind: Kubernetes itself brings it, in a version that stays. Others are there only where
     * somebody has installed them.
     */
    public static boolean everywhere(Kind kind) {
        return of(kind).isPresent()
                && !kind.group().equals(GATEWAY)
                && kind.version().matches("v[0-9]+");
    }

    private static Map<String, Resource> table() {
        Map<String, Resource> table = new HashMap<>();
        namespaced(
                table,
                "",
                "Pod pods Service services ConfigMap configmaps Secret secrets Event events ServiceAccount serviceaccounts"
                        + " ResourceQuota resourcequotas LimitRange limitranges Endpoints endpoints"
                        + " PersistentVolumeClaim persistentvolumeclaims ReplicationController replicationcontrollers"
                        + " PodTemplate podtemplates");
        cluster(table, "", "Namespace namespaces Node nodes PersistentVolume persistentvolumes");
        namespaced(
                table,
                "apps",
                "Deployment deployments ReplicaSet replicasets StatefulSet statefulsets DaemonSet daemonsets"
                        + " ControllerRevision controllerrevisions");
        namespaced(table, "batch", "Job jobs CronJob cronjobs");
        namespaced(table, "autoscaling", "HorizontalPodAutoscaler horizontalpodautoscalers");
        namespaced(table, "policy", "PodDisruptionBudget poddisruptionbudgets");
        namespaced(table, "discovery.k8s.io", "EndpointSlice endpointslices");
        namespaced(table, "coordination.k8s.io", "Lease leases");
        namespaced(table, "events.k8s.io", "Event events");
        namespaced(table, "networking.k8s.io", "Ingress ingresses NetworkPolicy networkpolicies");
        cluster(table, "networking.k8s.io", "IngressClass ingressclasses");
        namespaced(table, "rbac.authorization.k8s.io", "Role roles RoleBinding rolebindings");
        cluster(table, "rbac.authorization.k8s.io", "ClusterRole clusterroles ClusterRoleBinding clusterrolebindings");
        namespaced(
                table,
                GATEWAY,
                "HTTPRoute httproutes Gateway gateways GRPCRoute grpcroutes ReferenceGrant referencegrants");
        cluster(table, GATEWAY, "GatewayClass gatewayclasses");
        cluster(table, "storage.k8s.io", "StorageClass storageclasses");
        cluster(table, "scheduling.k8s.io", "PriorityClass priorityclasses");
        cluster(table, "apiextensions.k8s.io", "CustomResourceDefinition customresourcedefinitions");
        cluster(
                table,
                "admissionregistration.k8s.io",
                "ValidatingWebhookConfiguration validatingwebhookconfigurations"
                        + " MutatingWebhookConfiguration mutatingwebhookconfigurations");
        return Map.copyOf(table);
    }

    private static void namespaced(Map<String, Resource> table, String group, String kindsAndPlurals) {
        add(table, group, kindsAndPlurals, true);
    }

    private static void cluster(Map<String, Resource> table, String group, String kindsAndPlurals) {
        add(table, group, kindsAndPlurals, false);
    }

    private static void add(Map<String, Resource> table, String group, String kindsAndPlurals, boolean namespaced) {
        String[] words = kindsAndPlurals.split(" ", -1);
        for (int i = 0; i < words.length; i += 2) {
            table.put(key(group, words[i]), new Resource(words[i + 1], namespaced));
        }
    }

    private static String key(String group, String kind) {
        return group + "/" + kind;
    }
}
