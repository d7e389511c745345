package dev.relevo.local.api;

import static dev.relevo.local.api.Cells.NONE;
import static dev.relevo.local.api.Cells.age;
import static dev.relevo.local.api.Cells.at;
import static dev.relevo.local.api.Cells.count;
import static dev.relevo.local.api.Cells.createdAt;
import static dev.relevo.local.api.Cells.map;
import static dev.relevo.local.api.Cells.name;
import static dev.relevo.local.api.Cells.number;
import static dev.relevo.local.api.Cells.selector;
import static dev.relevo.local.api.Cells.since;
import static dev.relevo.local.api.Cells.text;
import static dev.relevo.local.api.Cells.values;
import static dev.relevo.local.api.Cells.wide;
import static dev.relevo.local.api.Cells.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.api.Tables.Column;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which columns each kind has: those that the real server sends. */
final class TableColumns {
    private static final Set<ResourceType> BUILT_IN =
            Set.copyOf(ResourceTypes.standard().served());

    private TableColumns() {}

    static List<Column> of(ResourceType type) {
        if (!BUILT_IN.contains(type)) {
            return List.of(name(), age());
        }
        return switch (type.kind()) {
            case "Pod" -> PodColumns.columns();
            case "Service" -> NetworkColumns.service();
            case "Endpoints" -> NetworkColumns.endpoints();
            case "EndpointSlice" -> NetworkColumns.endpointSlice();
            case "Ingress" -> NetworkColumns.ingress();
            case "HTTPRoute" ->
                List.of(name(), text("Hostnames", route -> NetworkColumns.list(route.at("/spec/hostnames"))), age());
            case "Gateway" -> NetworkColumns.gateway();
            case "Deployment" -> deployment();
            case "ReplicaSet", "ReplicationController" -> replicaSet();
            case "StatefulSet" -> statefulSet();
            case "DaemonSet" -> daemonSet();
            case "Job" -> BatchColumns.job();
            case "CronJob" -> BatchColumns.cronJob();
            case "ControllerRevision" ->
                List.of(
                        name(),
                        text("Controller", PolicyColumns::controller),
                        number("Revision", revision -> count(revision, "/revision")),
                        age());
            case "HorizontalPodAutoscaler" -> PolicyColumns.autoscaler();
            case "PodDisruptionBudget" -> PolicyColumns.disruptionBudget();
            case "Event" -> PolicyColumns.event();
            case "ConfigMap" ->
                List.of(
                        name(),
                        number(
                                "Data",
                                map -> map.path("data").size()
                                        + map.path("binaryData").size()),
                        age());
            case "Secret" ->
                List.of(
                        name(),
                        text("Type", secret -> at(secret, "/type", "")),
                        number("Data", secret -> secret.path("data").size()),
                        age());
            case "ServiceAccount" ->
                List.of(
                        name(),
                        number("Secrets", account -> account.path("secrets").size()),
                        age());
            case "Namespace" -> List.of(name(), text("Status", object -> at(object, "/status/phase", "")), age());
            case "Node" -> node();
            case "Lease" -> List.of(name(), text("Holder", lease -> at(lease, "/spec/holderIdentity", "")), age());
            case "NetworkPolicy" ->
                List.of(name(), text("Pod-Selector", policy -> selector(policy.at("/spec/podSelector"))), age());
            case "PersistentVolumeClaim" -> claim();
            case "RoleBinding", "ClusterRoleBinding" ->
                List.of(
                        name(),
                        text(
                                "Role",
                                binding -> at(binding, "/roleRef/kind", "") + "/" + at(binding, "/roleRef/name", "")),
                        age());
            case "Role", "ClusterRole", "LimitRange", "CustomResourceDefinition" -> List.of(name(), createdAt());
            default -> List.of(name(), age());
        };
    }

    private static List<Column> deployment() {
        List<Column> columns = new ArrayList<>(List.of(
                name(),
                text("Ready", object -> count(object, "/status/readyReplicas") + "/" + count(object, "/spec/replicas")),
                number("Up-to-date", object -> count(object, "/status/updatedReplicas")),
                number("Available", object -> count(object, "/status/availableReplicas")),
                age()));
        columns.addAll(workload(true));
        return columns;
    }

    private static List<Column> replicaSet() {
        List<Column> columns = new ArrayList<>(List.of(
                name(),
                number("Desired", object -> count(object, "/spec/replicas")),
                number("Current", object -> count(object, "/status/replicas")),
                number("Ready", object -> count(object, "/status/readyReplicas")),
                age()));
        columns.addAll(workload(true));
        return columns;
    }

    private static List<Column> statefulSet() {
        List<Column> columns = new ArrayList<>(List.of(
                name(),
                text("Ready", object -> count(object, "/status/readyReplicas") + "/" + count(object, "/spec/replicas")),
                age()));
        columns.addAll(workload(false));
        return columns;
    }

    private static List<Column> daemonSet() {
        List<Column> columns = new ArrayList<>(List.of(
                name(),
                number("Desired", object -> count(object, "/status/desiredNumberScheduled")),
                number("Current", object -> count(object, "/status/currentNumberScheduled")),
                number("Ready", object -> count(object, "/status/numberReady")),
                number("Up-to-date", object -> count(object, "/status/updatedNumberScheduled")),
                number("Available", object -> count(object, "/status/numberAvailable")),
                text("Node Selector", object -> map(object.at("/spec/template/spec/nodeSelector"))),
                age()));
        columns.addAll(workload(true));
        return columns;
    }

    private static List<Column> node() {
        return List.of(
                name(),
                text("Status", TableColumns::nodeStatus),
                text("Roles", node -> NONE),
                age(),
                text("Version", node -> at(node, "/status/nodeInfo/kubeletVersion", "")),
                wide(text("Internal-IP", node -> at(node, "/status/addresses/0/address", NONE))),
                wide(text("OS-Image", node -> at(node, "/status/nodeInfo/osImage", "<unknown>"))));
    }

    private static String nodeStatus(ObjectNode node) {
        for (JsonNode condition : node.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                String status = condition.path("status").asText().equals("True") ? "Ready" : "NotReady";
                return node.at("/spec/unschedulable").asBoolean() ? status + ",SchedulingDisabled" : status;
            }
        }
        return "Unknown";
    }

    private static List<Column> claim() {
        return List.of(
                name(),
                text("Status", claim -> at(claim, "/status/phase", "")),
                text("Volume", claim -> at(claim, "/spec/volumeName", "")),
                text("Capacity", claim -> at(claim, "/status/capacity/storage", "")),
                text("Access Modes", claim -> values(claim.at("/status/accessModes"), "")),
                text("StorageClass", claim -> at(claim, "/spec/storageClassName", "")),
                text("VolumeAttributesClass", claim -> at(claim, "/spec/volumeAttributesClassName", "<unset>")),
                age(),
                wide(text("VolumeMode", claim -> at(claim, "/spec/volumeMode", "<unset>"))));
    }

    static String eventAge(JsonNode event) {
        for (String time : List.of(
                "/series/lastObservedTime",
                "/lastTimestamp",
                "/deprecatedLastTimestamp",
                "/eventTime",
                "/firstTimestamp")) {
            if (!event.at(time).asText("").isEmpty()) {
                return since(event, time);
            }
        }
        return since(event, "/metadata/creationTimestamp");
    }
}
