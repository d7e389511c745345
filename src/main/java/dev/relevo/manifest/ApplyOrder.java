package dev.relevo.manifest;

import dev.relevo.cluster.Kind;
import java.util.List;

/**
 * The order in which kinds are applied: what others need comes first, workloads after their configuration and Services, routes
 * and autoscalers last. Within a kind the written order stays. The order of removal is the reverse. After Helm's install order.
 */
public final class ApplyOrder {
    private static final List<String> ORDER = List.of(
            "Namespace",
            "CustomResourceDefinition",
            "PriorityClass",
            "NetworkPolicy",
            "ResourceQuota",
            "LimitRange",
            "ServiceAccount",
            "Secret",
            "ConfigMap",
            "StorageClass",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "ClusterRole",
            "ClusterRoleBinding",
            "Role",
            "RoleBinding",
            "Service",
            "PodDisruptionBudget",
            "DaemonSet",
            "Pod",
            "ReplicationController",
            "ReplicaSet",
            "Deployment",
            "StatefulSet",
            "Job",
            "CronJob",
            "HorizontalPodAutoscaler");
    private static final List<String> LAST = List.of(
            "IngressClass",
            "Ingress",
            "GatewayClass",
            "Gateway",
            "HTTPRoute",
            "GRPCRoute",
            "ValidatingWebhookConfiguration",
            "MutatingWebhookConfiguration");

    private ApplyOrder() {}

    /** The kind's rank, smaller first. Kinds that are not known come after the workloads and before routes. */
    public static int of(Kind kind) {
        int known = ORDER.indexOf(kind.name());
        if (known >= 0) {
            return known;
        }
        int last = LAST.indexOf(kind.name());
        return last >= 0 ? ORDER.size() + 1 + last : ORDER.size();
    }
}
