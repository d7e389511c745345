package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One Kubernetes object, whole and immutable, as its JSON tree: what Relevo does not know it must not lose. The tree that
 * is handed out is a copy; {@link #with} makes a changed object.
 */
public final class KubeObject {
    private final ObjectNode tree;

    private KubeObject(ObjectNode tree) {
        this.tree = tree;
    }

    /**
     * The object with this tree.
     *
     * @throws IllegalArgumentException when apiVersion, kind or metadata.name is missing
     */
    public static KubeObject of(ObjectNode tree) {
        return owning(tree.deepCopy());
    }

    /** An object of a tree that nobody else has, and that is not copied. */
    static KubeObject owning(ObjectNode tree) {
        for (String key : new String[] {"/apiVersion", "/kind", "/metadata/name"}) {
            if (!tree.at(key).isTextual() || tree.at(key).asText().isBlank()) {
                throw new IllegalArgumentException(
                        "A Kubernetes object needs " + key.substring(1).replace('/', '.'));
            }
        }
        return new KubeObject(tree);
    }

    /** A new object with nothing but its identity. */
    public static KubeObject named(ObjectRef ref) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("apiVersion", ref.kind().apiVersion()).put("kind", ref.kind().name());
        ObjectNode metadata = tree.putObject("metadata").put("name", ref.name());
        if (!ref.namespace().isEmpty()) {
            metadata.put("namespace", ref.namespace());
        }
        return new KubeObject(tree);
    }

    public Kind kind() {
        return new Kind(tree.path("apiVersion").asText(), tree.path("kind").asText());
    }

    public String name() {
        return at("/metadata/name").asText();
    }

    /** The namespace, empty when none is set. */
    public String namespace() {
        return at("/metadata/namespace").asText("");
    }

    public ObjectRef ref() {
        return new ObjectRef(kind(), namespace(), name());
    }

    /** The UID, empty before the object was created. */
    public String uid() {
        return at("/metadata/uid").asText("");
    }

    /** The resourceVersion, empty before the object was created. */
    public String resourceVersion() {
        return at("/metadata/resourceVersion").asText("");
    }

    /**
     * Whether this was surely written after the other: one resourceVersion counts all objects of a cluster, and later ones are
     * greater (KEP-5504). False where versions are no numbers. A cluster that keeps the two kinds in stores of their own counts
     * each for itself; Kubernetes is set up so for events, which this is not for.
     */
    public boolean writtenAfter(KubeObject other) {
        long before = Freshness.number(other.resourceVersion());
        return before > 0 && Freshness.number(resourceVersion()) > before;
    }

    /** metadata.generation, 0 when the kind has none. */
    public long generation() {
        return at("/metadata/generation").asLong(0);
    }

    public Map<String, String> labels() {
        return strings("/metadata/labels");
    }

    public Map<String, String> annotations() {
        return strings("/metadata/annotations");
    }

    public Optional<String> annotation(String key) {
        return Optional.ofNullable(annotations().get(key));
    }

    /** Whether the object is on its way out. */
    public boolean deleting() {
        return at("/metadata/deletionTimestamp").isTextual();
    }

    /** The node at a JSON pointer; a missing node, never null, when there is nothing. Not to be changed. */
    public JsonNode at(String pointer) {
        return tree.at(pointer);
    }

    /** The string-to-string map at a JSON pointer, in its order; empty when there is none. */
    public Map<String, String> strings(String pointer) {
        Map<String, String> found = new LinkedHashMap<>();
        at(pointer)
                .properties()
                .forEach(entry -> found.put(entry.getKey(), entry.getValue().asText()));
        return found;
    }

    /** A copy of the whole tree, free to change. */
    public ObjectNode tree() {
        return tree.deepCopy();
    }

    /** This object with a change made to a copy of its tree. */
    public KubeObject with(Consumer<ObjectNode> change) {
        ObjectNode copy = tree.deepCopy();
        change.accept(copy);
        return owning(copy);
    }

    public KubeObject withNamespace(String namespace) {
        return with(copy -> metadata(copy).put("namespace", namespace));
    }

    public KubeObject withLabel(String key, String value) {
        return with(copy -> child(metadata(copy), "labels").put(key, value));
    }

    public KubeObject withAnnotation(String key, String value) {
        return with(copy -> child(metadata(copy), "annotations").put(key, value));
    }

    private static ObjectNode metadata(ObjectNode tree) {
        return child(tree, "metadata");
    }

    private static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode found ? found : parent.putObject(name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KubeObject that && tree.equals(that.tree);
    }

    @Override
    public int hashCode() {
        return tree.hashCode();
    }

    @Override
    public String toString() {
        return ref().toString();
    }
}
