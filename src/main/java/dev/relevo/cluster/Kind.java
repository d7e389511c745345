package dev.relevo.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A kind of Kubernetes object.
 *
 * @param apiVersion {@code v1} or {@code group/version}
 * @param name the kind, e.g. {@code Deployment}
 */
public record Kind(String apiVersion, String name) {
    public static final Kind NAMESPACE = new Kind("v1", "Namespace");
    public static final Kind POD = new Kind("v1", "Pod");
    public static final Kind SERVICE = new Kind("v1", "Service");
    public static final Kind CONFIG_MAP = new Kind("v1", "ConfigMap");
    public static final Kind SECRET = new Kind("v1", "Secret");
    public static final Kind EVENT = new Kind("v1", "Event");
    public static final Kind RESOURCE_QUOTA = new Kind("v1", "ResourceQuota");
    public static final Kind DEPLOYMENT = new Kind("apps/v1", "Deployment");
    public static final Kind REPLICA_SET = new Kind("apps/v1", "ReplicaSet");
    public static final Kind STATEFUL_SET = new Kind("apps/v1", "StatefulSet");
    public static final Kind DAEMON_SET = new Kind("apps/v1", "DaemonSet");
    public static final Kind JOB = new Kind("batch/v1", "Job");
    public static final Kind ENDPOINT_SLICE = new Kind("discovery.k8s.io/v1", "EndpointSlice");
    public static final Kind LEASE = new Kind("coordination.k8s.io/v1", "Lease");
    public static final Kind HORIZONTAL_POD_AUTOSCALER = new Kind("autoscaling/v2", "HorizontalPodAutoscaler");
    public static final Kind POD_DISRUPTION_BUDGET = new Kind("policy/v1", "PodDisruptionBudget");
    public static final Kind CUSTOM_RESOURCE_DEFINITION =
            new Kind("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    public static final Kind INGRESS = new Kind("networking.k8s.io/v1", "Ingress");
    public static final Kind HTTP_ROUTE = new Kind("gateway.networking.k8s.io/v1", "HTTPRoute");
    public static final Kind GATEWAY = new Kind("gateway.networking.k8s.io/v1", "Gateway");

    public Kind {
        if (apiVersion.isBlank() || name.isBlank()) {
            throw new IllegalArgumentException(
                    "A kind needs apiVersion and name, not [" + apiVersion + "] [" + name + "]");
        }
    }

    /** The API group, empty for the core group. */
    public String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** The version within the group, e.g. {@code v1}. */
    public String version() {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    /** Whether both are the same kind in the same group, whatever the version. */
    public boolean sameGroupAndName(Kind other) {
        return group().equals(other.group()) && name.equals(other.name());
    }

    @Override
    public String toString() {
        return group().isEmpty() ? name : name + "." + group();
    }

    // Written out, since the JVM makes those of a record at their first call, which takes milliseconds of every
    // command.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Kind kind && apiVersion.equals(kind.apiVersion) && name.equals(kind.name);
    }

    @Override
    public int hashCode() {
        return 31 * apiVersion.hashCode() + name.hashCode();
    }
}
