package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Says which groups, versions and resources there are. */
final class Discovery {
    static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private final ResourceTypes types;
    private final List<Virtual> virtuals;

    /**
     * A resource that is answered without being stored.
     *
     * @param apiVersion of its kind
     * @param kind e.g. {@code SelfSubjectAccessReview}
     * @param plural its name in paths
     * @param namespaced whether it is asked in a namespace
     */
    record Virtual(String apiVersion, String kind, String plural, boolean namespaced) {}

    Discovery(ResourceTypes types, List<Virtual> virtuals) {
        this.types = types;
        this.virtuals = virtuals;
    }

    /** The answer to a path of discovery, if it is one. */
    Optional<ApiResponse> answer(String path, String accept, String address) {
        boolean aggregated = accept.replace(" ", "").contains("as=APIGroupDiscoveryList");
        return switch (path) {
            case "/api" -> Optional.of(aggregated ? aggregated(true) : legacy(address));
            case "/apis" -> Optional.of(aggregated ? aggregated(false) : groups());
            default -> below(path);
        };
    }

    private Optional<ApiResponse> below(String path) {
        if (path.equals("/api/v1")) {
            return Optional.of(resources("v1"));
        }
        String[] parts = path.split("/");
        if (!path.startsWith("/apis/") || parts.length > 4) {
            return Optional.empty();
        }
        if (parts.length == 3) {
            return Optional.ofNullable(groupVersions().get(parts[2]))
                    .filter(versions -> !parts[2].isEmpty())
                    .map(versions ->
                            ApiResponse.json(200, group(Representation.header("APIGroup", "v1"), parts[2], versions)));
        }
        String apiVersion = parts[2] + "/" + parts[3];
        return versionsOf(parts[2]).contains(apiVersion) ? Optional.of(resources(apiVersion)) : Optional.empty();
    }

    private static ApiResponse legacy(String address) {
        ObjectNode versions = JsonNodeFactory.instance.objectNode().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", address);
        return ApiResponse.json(200, versions);
    }

    private ApiResponse groups() {
        ObjectNode list = Representation.header("APIGroupList", "v1");
        ArrayNode groups = list.putArray("groups");
        groupVersions().forEach((name, versions) -> {
            if (!name.isEmpty()) {
                group(groups.addObject(), name, versions);
            }
        });
        return ApiResponse.json(200, list);
    }

    private static ObjectNode group(ObjectNode target, String name, List<String> apiVersions) {
        target.put("name", name);
        ArrayNode versions = target.putArray("versions");
        apiVersions.forEach(apiVersion ->
                versions.addObject().put("groupVersion", apiVersion).put("version", version(apiVersion)));
        target.set("preferredVersion", versions.get(0).deepCopy());
        return target;
    }

    private ApiResponse resources(String apiVersion) {
        ObjectNode list = Representation.header("APIResourceList", "v1").put("groupVersion", apiVersion);
        ArrayNode resources = list.putArray("resources");
        for (ResourceType type : typesOf(apiVersion)) {
            ObjectNode main =
                    resource(resources.addObject(), type.plural(), type.singular(), type.namespaced(), type.kind());
            VERBS.forEach(main.putArray("verbs")::add);
            if (!type.shortNames().isEmpty()) {
                type.shortNames().forEach(main.putArray("shortNames")::add);
            }
            if (!type.categories().isEmpty()) {
                type.categories().forEach(main.putArray("categories")::add);
            }
            for (Subresource sub : Subresource.of(type)) {
                ObjectNode node = resource(
                        resources.addObject(), type.plural() + "/" + sub.path(), "", type.namespaced(), sub.kind());
                sub.verbs().forEach(node.putArray("verbs")::add);
                sub.ownGroupVersion()
                        .ifPresent(
                                own -> node.put("group", Subresource.group(own)).put("version", version(own)));
            }
        }
        for (Virtual virtual : virtualsOf(apiVersion)) {
            String singular = virtual.kind().toLowerCase(Locale.ROOT);
            resource(resources.addObject(), virtual.plural(), singular, virtual.namespaced(), virtual.kind())
                    .putArray("verbs")
                    .add("create");
        }
        return ApiResponse.json(200, list);
    }

    private static ObjectNode resource(ObjectNode node, String name, String singular, boolean namespaced, String kind) {
        return node.put("name", name)
                .put("singularName", singular)
                .put("namespaced", namespaced)
                .put("kind", kind);
    }

    private ApiResponse aggregated(boolean core) {
        ObjectNode list = Representation.header("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        groupVersions().forEach((name, versions) -> {
            if (name.isEmpty() == core) {
                ObjectNode item = items.addObject();
                ObjectNode metadata = item.putObject("metadata");
                if (!core) {
                    metadata.put("name", name);
                }
                ArrayNode array = item.putArray("versions");
                versions.forEach(apiVersion -> aggregatedVersion(array.addObject(), apiVersion));
            }
        });
        return new ApiResponse.Whole(200, AGGREGATED, Bodies.bytes(list));
    }

    private void aggregatedVersion(ObjectNode node, String apiVersion) {
        node.put("version", version(apiVersion)).put("freshness", "Current");
        ArrayNode resources = node.putArray("resources");
        for (ResourceType type : typesOf(apiVersion)) {
            ObjectNode main = aggregatedResource(
                    resources.addObject(), type.plural(), type.singular(), type.namespaced(), apiVersion, type.kind());
            VERBS.forEach(main.putArray("verbs")::add);
            if (!type.shortNames().isEmpty()) {
                type.shortNames().forEach(main.putArray("shortNames")::add);
            }
            if (!type.categories().isEmpty()) {
                type.categories().forEach(main.putArray("categories")::add);
            }
            ArrayNode subresources = JsonNodeFactory.instance.arrayNode();
            for (Subresource sub : Subresource.of(type)) {
                ObjectNode node2 = subresources.addObject().put("subresource", sub.path());
                kind(node2.putObject("responseKind"), sub.ownGroupVersion().orElse(apiVersion), sub.kind());
                sub.verbs().forEach(node2.putArray("verbs")::add);
            }
            if (!subresources.isEmpty()) {
                main.set("subresources", subresources);
            }
        }
        for (Virtual virtual : virtualsOf(apiVersion)) {
            String singular = virtual.kind().toLowerCase(Locale.ROOT);
            aggregatedResource(
                            resources.addObject(),
                            virtual.plural(),
                            singular,
                            virtual.namespaced(),
                            apiVersion,
                            virtual.kind())
                    .putArray("verbs")
                    .add("create");
        }
    }

    private static ObjectNode aggregatedResource(
            ObjectNode node, String plural, String singular, boolean namespaced, String apiVersion, String kind) {
        node.put("resource", plural);
        kind(node.putObject("responseKind"), apiVersion, kind);
        return node.put("scope", namespaced ? "Namespaced" : "Cluster").put("singularResource", singular);
    }

    private static void kind(ObjectNode node, String apiVersion, String kind) {
        node.put("group", Subresource.group(apiVersion))
                .put("version", version(apiVersion))
                .put("kind", kind);
    }

    private Map<String, List<String>> groupVersions() {
        Map<String, List<String>> versions = new LinkedHashMap<>();
        List<String> all = new ArrayList<>();
        types.served().forEach(type -> all.add(type.apiVersion()));
        virtuals.forEach(virtual -> all.add(virtual.apiVersion()));
        for (String apiVersion : all) {
            List<String> known = versions.computeIfAbsent(Subresource.group(apiVersion), key -> new ArrayList<>());
            if (!known.contains(apiVersion)) {
                known.add(apiVersion);
            }
        }
        return versions;
    }

    private List<String> versionsOf(String group) {
        return groupVersions().getOrDefault(group, List.of());
    }

    private List<ResourceType> typesOf(String apiVersion) {
        return types.served().stream()
                .filter(type -> type.apiVersion().equals(apiVersion))
                .toList();
    }

    private List<Virtual> virtualsOf(String apiVersion) {
        return virtuals.stream()
                .filter(virtual -> virtual.apiVersion().equals(apiVersion))
                .toList();
    }

    private static String version(String apiVersion) {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }
}
