package dev.relevo.local.store;

import static dev.relevo.local.store.ResourceTypes.Trait.ALL;
import static dev.relevo.local.store.ResourceTypes.Trait.CLUSTER;
import static dev.relevo.local.store.ResourceTypes.Trait.SCALE;
import static dev.relevo.local.store.ResourceTypes.Trait.STATUS;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The kinds that a server serves, in the order of discovery. The constants are those that {@link #standard()} has. */
public final class ResourceTypes {
    enum Trait {
        CLUSTER,
        STATUS,
        SCALE,
        ALL
    }

    public static final ResourceType NAMESPACE = type("v1", "Namespace", "namespaces", "ns", CLUSTER, STATUS);
    public static final ResourceType NODE = type("v1", "Node", "nodes", "no", CLUSTER, STATUS);
    public static final ResourceType POD = type("v1", "Pod", "pods", "po", STATUS, ALL);
    public static final ResourceType SERVICE = type("v1", "Service", "services", "svc", STATUS, ALL);
    public static final ResourceType ENDPOINTS = type("v1", "Endpoints", "endpoints", "ep");
    public static final ResourceType CONFIG_MAP = type("v1", "ConfigMap", "configmaps", "cm");
    public static final ResourceType SECRET = type("v1", "Secret", "secrets", "");
    public static final ResourceType SERVICE_ACCOUNT = type("v1", "ServiceAccount", "serviceaccounts", "sa");
    public static final ResourceType EVENT = type("v1", "Event", "events", "ev");
    public static final ResourceType PERSISTENT_VOLUME =
            type("v1", "PersistentVolume", "persistentvolumes", "pv", CLUSTER, STATUS);
    public static final ResourceType PERSISTENT_VOLUME_CLAIM =
            type("v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", STATUS);
    public static final ResourceType RESOURCE_QUOTA = type("v1", "ResourceQuota", "resourcequotas", "quota", STATUS);
    public static final ResourceType LIMIT_RANGE = type("v1", "LimitRange", "limitranges", "limits");
    public static final ResourceType POD_TEMPLATE = type("v1", "PodTemplate", "podtemplates", "");
    public static final ResourceType REPLICATION_CONTROLLER =
            type("v1", "ReplicationController", "replicationcontrollers", "rc", STATUS, SCALE, ALL);
    public static final ResourceType DEPLOYMENT =
            type("apps/v1", "Deployment", "deployments", "deploy", STATUS, SCALE, ALL);
    public static final ResourceType REPLICA_SET =
            type("apps/v1", "ReplicaSet", "replicasets", "rs", STATUS, SCALE, ALL);
    public static final ResourceType STATEFUL_SET =
            type("apps/v1", "StatefulSet", "statefulsets", "sts", STATUS, SCALE, ALL);
    public static final ResourceType DAEMON_SET = type("apps/v1", "DaemonSet", "daemonsets", "ds", STATUS, ALL);
    public static final ResourceType CONTROLLER_REVISION =
            type("apps/v1", "ControllerRevision", "controllerrevisions", "");
    public static final ResourceType JOB = type("batch/v1", "Job", "jobs", "", STATUS, ALL);
    public static final ResourceType CRON_JOB = type("batch/v1", "CronJob", "cronjobs", "cj", STATUS, ALL);
    public static final ResourceType HORIZONTAL_POD_AUTOSCALER =
            type("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", STATUS, ALL);
    public static final ResourceType POD_DISRUPTION_BUDGET =
            type("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", STATUS);
    public static final ResourceType LEASE = type("coordination.k8s.io/v1", "Lease", "leases", "");
    public static final ResourceType ENDPOINT_SLICE =
            type("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", "");
    public static final ResourceType INGRESS = type("networking.k8s.io/v1", "Ingress", "ingresses", "ing", STATUS);
    public static final ResourceType INGRESS_CLASS =
            type("networking.k8s.io/v1", "IngressClass", "ingressclasses", "", CLUSTER);
    public static final ResourceType NETWORK_POLICY =
            type("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", "netpol");
    public static final ResourceType GATEWAY_CLASS =
            type("gateway.networking.k8s.io/v1", "GatewayClass", "gatewayclasses", "gc", CLUSTER, STATUS);
    public static final ResourceType GATEWAY =
            type("gateway.networking.k8s.io/v1", "Gateway", "gateways", "gtw", STATUS);
    public static final ResourceType HTTP_ROUTE =
            type("gateway.networking.k8s.io/v1", "HTTPRoute", "httproutes", "", STATUS);
    public static final ResourceType ROLE = type("rbac.authorization.k8s.io/v1", "Role", "roles", "");
    public static final ResourceType ROLE_BINDING =
            type("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", "");
    public static final ResourceType CLUSTER_ROLE =
            type("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", "", CLUSTER);
    public static final ResourceType CLUSTER_ROLE_BINDING =
            type("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", "", CLUSTER);
    public static final ResourceType STORAGE_CLASS =
            type("storage.k8s.io/v1", "StorageClass", "storageclasses", "sc", CLUSTER);
    public static final ResourceType PRIORITY_CLASS =
            type("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", "pc", CLUSTER);

    /** Shows {@link #EVENT}. */
    public static final ResourceType EVENT_V1 = type("events.k8s.io/v1", "Event", "events", "ev");
    /** Shows {@link #HORIZONTAL_POD_AUTOSCALER}. */
    public static final ResourceType AUTOSCALER_V1 =
            type("autoscaling/v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", STATUS, ALL);

    public static final ResourceType CUSTOM_RESOURCE_DEFINITION = type(
            "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", "crd", CLUSTER, STATUS);

    private final List<ResourceType> types;
    private final int standard;
    private final Map<ResourceType, ResourceType> views = Collections.synchronizedMap(new LinkedHashMap<>());
    private final List<Consumer<ResourceType>> listeners = new CopyOnWriteArrayList<>();

    private ResourceTypes(List<ResourceType> types) {
        this.types = new CopyOnWriteArrayList<>(types);
        this.standard = types.size();
    }

    /** A registry of the kinds of this class; more can be registered. */
    public static ResourceTypes standard() {
        ResourceTypes types = new ResourceTypes(List.of(
                NAMESPACE,
                NODE,
                POD,
                SERVICE,
                ENDPOINTS,
                CONFIG_MAP,
                SECRET,
                SERVICE_ACCOUNT,
                EVENT,
                PERSISTENT_VOLUME,
                PERSISTENT_VOLUME_CLAIM,
                RESOURCE_QUOTA,
                LIMIT_RANGE,
                POD_TEMPLATE,
                REPLICATION_CONTROLLER,
                DEPLOYMENT,
                REPLICA_SET,
                STATEFUL_SET,
                DAEMON_SET,
                CONTROLLER_REVISION,
                HORIZONTAL_POD_AUTOSCALER,
                JOB,
                CRON_JOB,
                NETWORK_POLICY,
                INGRESS,
                INGRESS_CLASS,
                POD_DISRUPTION_BUDGET,
                ROLE,
                ROLE_BINDING,
                CLUSTER_ROLE,
                CLUSTER_ROLE_BINDING,
                STORAGE_CLASS,
                PRIORITY_CLASS,
                LEASE,
                ENDPOINT_SLICE,
                GATEWAY_CLASS,
                GATEWAY,
                HTTP_ROUTE,
                CUSTOM_RESOURCE_DEFINITION));
        types.addView(EVENT_V1, EVENT);
        types.addView(AUTOSCALER_V1, HORIZONTAL_POD_AUTOSCALER);
        return types;
    }

    /**
     * Adds a kind, or says something new of one that was added before; its objects are stored as they are.
     *
     * @throws IllegalArgumentException when the kind or its path is taken
     */
    public synchronized void register(ResourceType type) {
        int known = types.indexOf(type);
        if (known >= standard) {
            types.set(known, type);
            return;
        }
        if (byKind(type.apiVersion(), type.kind()).isPresent()
                || byPath(type.group(), type.version(), type.plural()).isPresent()) {
            throw new IllegalArgumentException(
                    "[" + type.apiVersion() + " " + type.kind() + "] is registered already; choose another kind");
        }
        types.add(type);
        listeners.forEach(listener -> listener.accept(type));
    }

    /** Takes an added kind away. */
    public synchronized void unregister(ResourceType type) {
        if (types.indexOf(type) >= standard) {
            types.remove(type);
        }
    }

    /** Tells of each kind that is added from now on. */
    public void whenRegistered(Consumer<ResourceType> listener) {
        listeners.add(listener);
    }

    /** Serves the objects of a kind in another version too, or says something new of a version that is served already. */
    public void addView(ResourceType view, ResourceType stored) {
        synchronized (views) {
            // A map keeps the key that it has, and with it what was said of the version before.
            views.remove(view);
            views.put(view, stored);
        }
    }

    public void removeView(ResourceType view) {
        views.remove(view);
    }

    /** The type under which the objects of a type are stored: itself, unless it is a view. */
    public ResourceType stored(ResourceType type) {
        return views.getOrDefault(type, type);
    }

    /** All kinds that clients can ask for, views included. */
    public List<ResourceType> served() {
        List<ResourceType> served = all();
        synchronized (views) {
            served.addAll(views.keySet());
        }
        return served;
    }

    /** The kinds that are stored. */
    public List<ResourceType> all() {
        return new ArrayList<>(types);
    }

    /** The kinds that were registered in addition to the standard ones. */
    public List<ResourceType> added() {
        List<ResourceType> all = all();
        return all.subList(standard, all.size());
    }

    public Optional<ResourceType> byKind(String apiVersion, String kind) {
        return served().stream()
                .filter(type -> type.kind().equals(kind) && type.apiVersion().equals(apiVersion))
                .findFirst();
    }

    public Optional<ResourceType> byPath(String group, String version, String plural) {
        return served().stream()
                .filter(type -> type.plural().equals(plural)
                        && type.group().equals(group)
                        && type.version().equals(version))
                .findFirst();
    }

    private static ResourceType type(String apiVersion, String kind, String plural, String shortName, Trait... traits) {
        int slash = apiVersion.indexOf('/');
        Set<Trait> has = Set.of(traits);
        return new ResourceType(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                apiVersion.substring(slash + 1),
                kind,
                plural,
                kind.toLowerCase(Locale.ROOT),
                shortName.isEmpty() ? List.of() : List.of(shortName),
                !has.contains(CLUSTER),
                has.contains(ALL) ? List.of("all") : List.of(),
                has.contains(STATUS),
                has.contains(SCALE));
    }
}
