package dev.relevo.local.schema;

import static dev.relevo.local.store.ResourceTypes.CONFIG_MAP;
import static dev.relevo.local.store.ResourceTypes.CRON_JOB;
import static dev.relevo.local.store.ResourceTypes.DAEMON_SET;
import static dev.relevo.local.store.ResourceTypes.DEPLOYMENT;
import static dev.relevo.local.store.ResourceTypes.ENDPOINTS;
import static dev.relevo.local.store.ResourceTypes.ENDPOINT_SLICE;
import static dev.relevo.local.store.ResourceTypes.GATEWAY;
import static dev.relevo.local.store.ResourceTypes.GATEWAY_CLASS;
import static dev.relevo.local.store.ResourceTypes.HORIZONTAL_POD_AUTOSCALER;
import static dev.relevo.local.store.ResourceTypes.HTTP_ROUTE;
import static dev.relevo.local.store.ResourceTypes.INGRESS;
import static dev.relevo.local.store.ResourceTypes.INGRESS_CLASS;
import static dev.relevo.local.store.ResourceTypes.JOB;
import static dev.relevo.local.store.ResourceTypes.LEASE;
import static dev.relevo.local.store.ResourceTypes.NAMESPACE;
import static dev.relevo.local.store.ResourceTypes.NETWORK_POLICY;
import static dev.relevo.local.store.ResourceTypes.PERSISTENT_VOLUME_CLAIM;
import static dev.relevo.local.store.ResourceTypes.POD;
import static dev.relevo.local.store.ResourceTypes.POD_DISRUPTION_BUDGET;
import static dev.relevo.local.store.ResourceTypes.PRIORITY_CLASS;
import static dev.relevo.local.store.ResourceTypes.REPLICATION_CONTROLLER;
import static dev.relevo.local.store.ResourceTypes.ROLE_BINDING;
import static dev.relevo.local.store.ResourceTypes.SECRET;
import static dev.relevo.local.store.ResourceTypes.SERVICE;
import static dev.relevo.local.store.ResourceTypes.STATEFUL_SET;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The rules of all kinds. A kind that is not listed passes with a valid name and metadata. */
public final class KubernetesAdmission implements Admission {
    private static final Set<ResourceType> COUNTING = Set.of(
            POD,
            DEPLOYMENT,
            ResourceTypes.REPLICA_SET,
            STATEFUL_SET,
            DAEMON_SET,
            REPLICATION_CONTROLLER,
            JOB,
            CRON_JOB,
            ENDPOINT_SLICE,
            INGRESS,
            INGRESS_CLASS,
            NETWORK_POLICY,
            POD_DISRUPTION_BUDGET,
            PRIORITY_CLASS,
            ResourceTypes.CUSTOM_RESOURCE_DEFINITION,
            GATEWAY,
            GATEWAY_CLASS,
            HTTP_ROUTE);

    private final FieldTracker tracker;
    private final Map<ResourceType, KindRules> rules = new HashMap<>();

    /**
     * @param addresses where Services get their cluster IP from
     * @param tracker records who changes what
     */
    public KubernetesAdmission(ClusterIps addresses, FieldTracker tracker) {
        this.tracker = tracker;
        rules.put(NAMESPACE, new NamespaceRules());
        rules.put(POD, new PodRules());
        rules.put(SERVICE, new ServiceRules(addresses));
        rules.put(CONFIG_MAP, new ConfigRules(false));
        rules.put(SECRET, new ConfigRules(true));
        Map<String, WorkloadRules> workloads = WorkloadRules.byKind();
        for (ResourceType type : ResourceTypes.standard().all()) {
            if (type.group().equals("apps") && workloads.containsKey(type.kind())) {
                rules.put(type, workloads.get(type.kind()));
            }
        }
        rules.put(REPLICATION_CONTROLLER, SimpleRules.defaults(WorkloadDefaults::replicationController));
        rules.put(JOB, new JobRules());
        rules.put(CRON_JOB, SimpleRules.defaults(WorkloadDefaults::cronJob));
        rules.put(ResourceTypes.LIMIT_RANGE, SimpleRules.defaults(WorkloadDefaults::limitRange));
        rules.put(PERSISTENT_VOLUME_CLAIM, SimpleRules.defaults(WorkloadDefaults::claim));
        rules.put(
                HORIZONTAL_POD_AUTOSCALER, new SimpleRules(WorkloadDefaults::autoscaler, PolicyValidation::autoscaler));
        rules.put(POD_DISRUPTION_BUDGET, SimpleRules.checks(PolicyValidation::disruptionBudget));
        rules.put(LEASE, SimpleRules.checks(PolicyValidation::lease));
        rules.put(INGRESS, SimpleRules.checks(RouteValidation::ingress));
        rules.put(ENDPOINTS, SimpleRules.defaults(NetworkDefaults::endpoints));
        rules.put(ENDPOINT_SLICE, new EndpointSliceRules());
        rules.put(NETWORK_POLICY, SimpleRules.defaults(NetworkDefaults::networkPolicy));
        rules.put(ResourceTypes.ROLE, new RbacRules(false));
        rules.put(ResourceTypes.CLUSTER_ROLE, new RbacRules(false));
        rules.put(ROLE_BINDING, new RbacRules(true));
        rules.put(ResourceTypes.CLUSTER_ROLE_BINDING, new RbacRules(true));
        rules.put(HTTP_ROUTE, new SimpleRules(NetworkDefaults::httpRoute, RouteValidation::httpRoute));
        rules.put(ResourceTypes.CUSTOM_RESOURCE_DEFINITION, new CustomResourceRules());
        rules.put(GATEWAY, new SimpleRules(NetworkDefaults::gateway, RouteValidation::gateway));
    }

    private KindRules rulesOf(ResourceType type) {
        return rules.getOrDefault(type, KindRules.NONE);
    }

    @Override
    public void applyDefaults(ResourceType type, ObjectNode object) {
        rulesOf(type).applyDefaults(object);
    }

    @Override
    public void trackFields(Change change) {
        if (!change.options().fieldManager().isEmpty()) {
            tracker.track(change);
        }
    }

    @Override
    public void prepare(Change change, ObjectStore store) {
        rulesOf(change.type()).prepare(change, store);
    }

    @Override
    public void validate(Change change) {
        FieldErrors errors = new FieldErrors();
        MetadataValidation.check(change, errors);
        if (change.part() == Part.MAIN) {
            rulesOf(change.type()).validate(change, errors);
        }
        errors.raise(change.type(), change.after().path("metadata").path("name").asText());
    }

    @Override
    public DeleteOptions.Propagation defaultPropagation(ResourceType type) {
        return type.equals(JOB) ? DeleteOptions.Propagation.ORPHAN : DeleteOptions.Propagation.BACKGROUND;
    }

    @Override
    public boolean countsGenerations(ResourceType type) {
        return COUNTING.contains(type) || !ResourceTypes.standard().all().contains(type);
    }

    @Override
    public boolean requiresResourceVersion(ResourceType type) {
        return type.equals(LEASE)
                || type.equals(ResourceTypes.CUSTOM_RESOURCE_DEFINITION)
                || type.equals(POD_DISRUPTION_BUDGET)
                || type.group().startsWith("gateway.")
                || !ResourceTypes.standard().all().contains(type);
    }
}
