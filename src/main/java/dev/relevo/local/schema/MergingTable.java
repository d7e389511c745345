package dev.relevo.local.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the fields of the built-in types merge, where that does not follow from their type. The facts are those that the
 * Kubernetes API publishes in its OpenAPI document as {@code x-kubernetes-list-map-keys}, {@code x-kubernetes-map-type},
 * {@code x-kubernetes-patch-merge-key} and {@code x-kubernetes-patch-strategy}.
 */
final class MergingTable {
    /** One line each: field, keys for ownership (or {@code -}), key of a strategic merge patch (or {@code -}). */
    private static final String LISTS = """
            ObjectMeta.ownerReferences uid uid
            ServiceAccount.secrets name name
            ServiceSpec.ports port,protocol port
            ServiceStatus.conditions type type
            NamespaceStatus.conditions type type
            NodeStatus.conditions type type
            NodeStatus.addresses type type
            PersistentVolumeClaimStatus.conditions type type
            PodSpec.containers name name
            PodSpec.initContainers name name
            PodSpec.ephemeralContainers name name
            PodSpec.hostAliases ip ip
            PodSpec.imagePullSecrets name name
            PodSpec.resourceClaims name name
            PodSpec.schedulingGates name name
            PodSpec.topologySpreadConstraints topologyKey,whenUnsatisfiable topologyKey
            PodSpec.volumes name name
            PodStatus.conditions type type
            PodStatus.podIPs ip ip
            PodStatus.hostIPs - ip
            Container.env name name
            Container.ports containerPort,protocol containerPort
            Container.volumeDevices devicePath devicePath
            Container.volumeMounts mountPath mountPath
            EphemeralContainer.env name name
            EphemeralContainer.ports containerPort,protocol containerPort
            EphemeralContainer.volumeDevices devicePath devicePath
            EphemeralContainer.volumeMounts mountPath mountPath
            ContainerStatus.volumeMounts mountPath mountPath
            ResourceRequirements.claims name -
            DaemonSetStatus.conditions type type
            DeploymentStatus.conditions type type
            ReplicaSetStatus.conditions type type
            StatefulSetStatus.conditions type type
            ReplicationControllerStatus.conditions type type
            JobStatus.conditions - type
            HorizontalPodAutoscalerStatus.conditions type type
            PodDisruptionBudgetStatus.conditions type type
            GatewaySpec.listeners name -
            GatewayStatus.conditions type -
            GatewayStatus.listeners name -
            GatewayClassStatus.conditions type -
            ListenerStatus.conditions type -
            RouteParentStatus.conditions type -
            HTTPRouteMatch.headers name -
            HTTPRouteMatch.queryParams name -
            HTTPHeaderFilter.set name -
            HTTPHeaderFilter.add name -
            """;

    private static final Set<String> SETS =
            Set.of("ObjectMeta.finalizers", "Endpoint.addresses", "HTTPHeaderFilter.remove");
    private static final Set<String> STRATEGIC_SETS = Set.of("ObjectMeta.finalizers", "NodeSpec.podCIDRs");
    private static final Set<String> RETAIN_KEYS = Set.of("DeploymentSpec.strategy", "PodSpec.volumes");
    private static final Set<String> ATOMIC_MAPS = Set.of(
            "PodSpec.nodeSelector",
            "ReplicationControllerSpec.selector",
            "ServiceSpec.selector",
            "Endpoint.deprecatedTopology");
    private static final Set<String> ATOMIC_STRUCTURES = Set.of(
            "ConfigMapKeySelector",
            "EndpointAddress",
            "LocalObjectReference",
            "NodeSelector",
            "NodeSelectorTerm",
            "ObjectFieldSelector",
            "ObjectReference",
            "ResourceFieldSelector",
            "ScopeSelector",
            "SecretKeySelector",
            "SecretReference",
            "TopologySelectorTerm",
            "TypedLocalObjectReference",
            "EndpointPort",
            "ServiceBackendPort",
            "RoleRef",
            "Subject",
            "LabelSelector",
            "OwnerReference");

    private final Map<String, Merging> lists = new HashMap<>();

    MergingTable() {
        for (String line : LISTS.split("\n")) {
            String[] parts = line.strip().split(" ");
            List<String> keys = parts[1].equals("-") ? List.of() : List.of(parts[1].split(","));
            Optional<String> patchKey = parts[2].equals("-") ? Optional.empty() : Optional.of(parts[2]);
            lists.put(
                    parts[0],
                    new Merging(
                            keys.isEmpty() ? Merging.Ownership.ATOMIC : Merging.Ownership.MAP,
                            keys,
                            patchKey.isPresent(),
                            patchKey,
                            RETAIN_KEYS.contains(parts[0])));
        }
    }

    /** How a field of a structure merges. */
    Merging of(String structure, String field, ModelType type) {
        String name = structure + "." + field;
        if (type instanceof ModelType.Sequence) {
            if (SETS.contains(name)) {
                return new Merging(
                        Merging.Ownership.SET, List.of(), STRATEGIC_SETS.contains(name), Optional.empty(), false);
            }
            return lists.getOrDefault(name, Merging.ATOMIC);
        }
        if (ATOMIC_MAPS.contains(name)
                || (type instanceof ModelType.Struct struct
                        && ATOMIC_STRUCTURES.contains(struct.structure().name()))) {
            return Merging.ATOMIC;
        }
        return new Merging(Merging.Ownership.GRANULAR, List.of(), false, Optional.empty(), RETAIN_KEYS.contains(name));
    }
}
