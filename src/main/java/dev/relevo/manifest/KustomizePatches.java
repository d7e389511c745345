package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** The patches of a kustomization: strategic merge and JSON 6902, inline or in files. */
final class KustomizePatches {
    private final String file;
    private final Function<String, String> read;

    /**
     * @param file the kustomization, for messages
     * @param read a file's text by its path in the kustomization
     */
    KustomizePatches(String file, Function<String, String> read) {
        this.file = file;
        this.read = read;
    }

    List<Manifest> apply(JsonNode kustomization, List<Manifest> resources) {
        List<Manifest> patched = resources;
        for (JsonNode entry : kustomization.path("patchesStrategicMerge")) {
            String text = entry.asText();
            patched = patch(text.contains("\n") ? text : read.apply(text), entry.path("none"), patched);
        }
        for (String field : new String[] {"patches", "patchesJson6902"}) {
            for (JsonNode entry : kustomization.path(field)) {
                String text = entry.path("patch").isTextual()
                        ? entry.path("patch").asText()
                        : read.apply(entry.path("path").asText());
                patched = patch(text, entry.path("target"), patched);
            }
        }
        return patched;
    }

    private List<Manifest> patch(String text, JsonNode target, List<Manifest> resources) {
        List<Manifest> patched = resources;
        for (YamlDocuments.Document document : YamlDocuments.parse(text, file)) {
            patched = document.tree().isArray()
                    ? jsonPatch(document.tree(), target, patched)
                    : strategic((ObjectNode) document.tree(), target, patched);
        }
        return patched;
    }

    private List<Manifest> jsonPatch(JsonNode operations, JsonNode target, List<Manifest> resources) {
        if (!target.isObject()) {
            throw BuiltInKustomizer.refused(
                    file, "A JSON patch in " + file + " has no target", "Add target.kind and target.name to it.");
        }
        return change(resources, target, selected(target), object -> {
            try {
                return KubeObject.of((ObjectNode) JsonPatch.apply(operations, object.tree()));
            } catch (RuntimeException e) {
                throw BuiltInKustomizer.refused(
                        file,
                        "A JSON patch in " + file + " does not fit " + object.ref() + ": " + e.getMessage(),
                        "Correct its paths.");
            }
        });
    }

    private List<Manifest> strategic(ObjectNode patch, JsonNode target, List<Manifest> resources) {
        boolean delete = patch.path("$patch").asText().equals("delete");
        Predicate<KubeObject> wanted = target.isObject() ? selected(target) : same(patch);
        if (delete) {
            return resources.stream()
                    .filter(item -> !wanted.test(item.object()))
                    .toList();
        }
        return change(resources, target.isObject() ? target : patch, wanted, object -> {
            ObjectNode changes = patch.deepCopy();
            // The patch's own identity only says which object is meant.
            changes.remove(List.of("apiVersion", "kind"));
            if (changes.get("metadata") instanceof ObjectNode metadata) {
                metadata.remove(List.of("name", "namespace"));
            }
            return KubeObject.of(StrategicMerge.apply(object.tree(), changes));
        });
    }

    private List<Manifest> change(
            List<Manifest> resources,
            JsonNode target,
            Predicate<KubeObject> wanted,
            Function<KubeObject, KubeObject> change) {
        List<Manifest> changed = new ArrayList<>();
        boolean found = false;
        for (Manifest item : resources) {
            boolean hit = wanted.test(item.object());
            found |= hit;
            changed.add(hit ? new Manifest(change.apply(item.object()), item.source()) : item);
        }
        if (!found) {
            throw BuiltInKustomizer.refused(
                    file,
                    "No resource matches the target of a patch in " + file,
                    "Correct its target: " + described(target) + ".");
        }
        return changed;
    }

    private static String described(JsonNode target) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        String name = target.at("/metadata/name").asText(target.path("name").asText(""));
        return shown.put("kind", target.path("kind").asText(""))
                .put("name", name)
                .toString();
    }

    private static Predicate<KubeObject> same(ObjectNode patch) {
        Kind kind = new Kind(
                patch.path("apiVersion").asText("?"), patch.path("kind").asText("?"));
        String name = patch.at("/metadata/name").asText();
        return object -> object.kind().sameGroupAndName(kind) && object.name().equals(name);
    }

    /** Kustomize's selector: every given field must match; names are anchored regular expressions. */
    private static Predicate<KubeObject> selected(JsonNode target) {
        return object -> matches(target.path("group"), object.kind().group())
                && matches(target.path("version"), object.kind().version())
                && matches(target.path("kind"), object.kind().name())
                && matches(target.path("name"), object.name())
                && matches(target.path("namespace"), object.namespace())
                && labelled(target.path("labelSelector"), object.labels())
                && labelled(target.path("annotationSelector"), object.annotations());
    }

    private static boolean matches(JsonNode pattern, String value) {
        return pattern.asText("").isEmpty() || value.matches(pattern.asText());
    }

    private static boolean labelled(JsonNode selector, Map<String, String> labels) {
        if (selector.asText("").isEmpty()) {
            return true;
        }
        for (String term : selector.asText().split(",", -1)) {
            String[] parts = term.strip().split("==?", 2);
            if (parts.length != 2 || !parts[1].strip().equals(labels.get(parts[0].strip()))) {
                return false;
            }
        }
        return true;
    }
}
