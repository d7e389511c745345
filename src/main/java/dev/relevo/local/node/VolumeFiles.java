package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of volumes that come from objects: ConfigMap, Secret, downward API, and projections of these. */
final class VolumeFiles {
    private static final int DEFAULT_MODE = 0644;

    private final ObjectStore store;
    private final JsonNode pod;
    private final String namespace;
    private final String podIp;

    VolumeFiles(ObjectStore store, JsonNode pod, String podIp) {
        this.store = store;
        this.pod = pod;
        this.namespace = pod.path("metadata").path("namespace").asText();
        this.podIp = podIp;
    }

    /** Whether the volume's files come from objects, and so may change while the pod runs. */
    static boolean isFromObjects(JsonNode volume) {
        return volume.has("configMap") || volume.has("secret") || volume.has("projected") || volume.has("downwardAPI");
    }

    /** Whether the volume takes anything from the ConfigMap or Secret of that name. */
    static boolean uses(JsonNode volume, boolean secret, String name) {
        boolean direct = secret
                ? volume.path("secret").path("secretName").asText().equals(name)
                : volume.path("configMap").path("name").asText().equals(name);
        if (direct) {
            return true;
        }
        for (JsonNode source : volume.path("projected").path("sources")) {
            if (source.path(secret ? "secret" : "configMap")
                    .path("name")
                    .asText()
                    .equals(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The files by relative path.
     *
     * @throws CannotStart naming what is missing, in kubelet's words
     */
    Map<String, AtomicDirectory.Entry> of(JsonNode volume) throws CannotStart {
        Map<String, AtomicDirectory.Entry> files = new TreeMap<>();
        if (volume.has("configMap")) {
            JsonNode source = volume.path("configMap");
            addObject(false, source.path("name").asText(), source, mode(source, DEFAULT_MODE), files);
        } else if (volume.has("secret")) {
            JsonNode source = volume.path("secret");
            addObject(true, source.path("secretName").asText(), source, mode(source, DEFAULT_MODE), files);
        } else if (volume.has("downwardAPI")) {
            JsonNode source = volume.path("downwardAPI");
            addFields(source, mode(source, DEFAULT_MODE), files);
        } else {
            addProjected(volume.path("projected"), files);
        }
        return files;
    }

    private void addProjected(JsonNode projected, Map<String, AtomicDirectory.Entry> files) throws CannotStart {
        int mode = mode(projected, DEFAULT_MODE);
        for (JsonNode source : projected.path("sources")) {
            if (source.has("configMap")) {
                JsonNode each = source.path("configMap");
                addObject(false, each.path("name").asText(), each, mode, files);
            } else if (source.has("secret")) {
                JsonNode each = source.path("secret");
                addObject(true, each.path("name").asText(), each, mode, files);
            } else if (source.has("downwardAPI")) {
                addFields(source.path("downwardAPI"), mode, files);
            } else {
                throw new CannotStart(
                        "ContainerCreating",
                        "the local environment projects configMap, secret and downwardAPI, not "
                                + source.fieldNames().next());
            }
        }
    }

    private void addObject(
            boolean secret, String name, JsonNode source, int mode, Map<String, AtomicDirectory.Entry> files)
            throws CannotStart {
        ResourceType type = secret ? ResourceTypes.SECRET : ResourceTypes.CONFIG_MAP;
        boolean optional = source.path("optional").asBoolean();
        Optional<ObjectNode> object = store.get(type.key(namespace, name));
        if (object.isEmpty()) {
            if (optional) {
                return;
            }
            throw new CannotStart(
                    "ContainerCreating", (secret ? "secret" : "configmap") + " \"" + name + "\" not found");
        }
        Map<String, byte[]> data = data(object.get(), secret);
        if (source.path("items").isEmpty()) {
            data.forEach((key, bytes) -> files.put(key, new AtomicDirectory.Entry(bytes, mode)));
            return;
        }
        for (JsonNode item : source.path("items")) {
            byte[] bytes = data.get(item.path("key").asText());
            if (bytes != null) {
                files.put(
                        item.path("path").asText(),
                        new AtomicDirectory.Entry(bytes, item.path("mode").asInt(mode)));
            } else if (!optional) {
                throw new CannotStart(
                        "ContainerCreating",
                        "references non-existent " + (secret ? "secret" : "config") + " key: "
                                + item.path("key").asText());
            }
        }
    }

    private static Map<String, byte[]> data(JsonNode object, boolean secret) {
        Map<String, byte[]> data = new TreeMap<>();
        object.path("data")
                .properties()
                .forEach(entry -> data.put(
                        entry.getKey(),
                        secret
                                ? Base64.getDecoder().decode(entry.getValue().asText())
                                : entry.getValue().asText().getBytes(StandardCharsets.UTF_8)));
        object.path("binaryData")
                .properties()
                .forEach(entry -> data.put(
                        entry.getKey(),
                        Base64.getDecoder().decode(entry.getValue().asText())));
        return data;
    }

    private void addFields(JsonNode source, int mode, Map<String, AtomicDirectory.Entry> files) throws CannotStart {
        for (JsonNode item : source.path("items")) {
            Optional<String> value;
            if (item.has("fieldRef")) {
                value = FieldPaths.field(
                        pod, item.path("fieldRef").path("fieldPath").asText(), podIp);
            } else {
                JsonNode reference = item.path("resourceFieldRef");
                value = FieldPaths.resource(
                        PodSpecs.container(pod, reference.path("containerName").asText()),
                        reference.path("resource").asText(),
                        reference.path("divisor").asText(""));
            }
            String text = value.orElseThrow(
                    () -> new CannotStart("ContainerCreating", "unsupported downward API item: " + item));
            files.put(
                    item.path("path").asText(),
                    new AtomicDirectory.Entry(
                            text.getBytes(StandardCharsets.UTF_8),
                            item.path("mode").asInt(mode)));
        }
    }

    private static int mode(JsonNode source, int otherwise) {
        return source.path("defaultMode").asInt(otherwise);
    }
}
