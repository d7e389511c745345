package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.relevo.cluster.CredentialMask;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What changes in one object, for people: no server's bookkeeping, no values of Secrets and of secret-looking keys.
 *
 * @param ref the object
 * @param change what happens to it
 * @param lines a unified diff of its YAML, without file headers; empty when nothing changes
 */
public record ManifestDiff(ObjectRef ref, Change change, List<String> lines) {
    private static final int CONTEXT = 3;

    /** What happens to an object. */
    public enum Change {
        CREATE,
        UPDATE,
        DELETE,
        NONE
    }

    public ManifestDiff {
        lines = List.copyOf(lines);
    }

    /**
     * What an apply does: compares the live object with the server's answer to a dry run of the apply, so that defaults are on both
     * sides.
     */
    public static ManifestDiff ofDryRun(Optional<KubeObject> live, KubeObject wouldBe) {
        return live.isEmpty()
                ? created(wouldBe)
                : between(wouldBe.ref(), live.get().tree(), wouldBe.tree());
    }

    /**
     * The same without asking the server: fields of the live object that the desired one does not name are left out, as they are
     * defaults or somebody else's.
     */
    public static ManifestDiff ofDesired(Optional<KubeObject> live, KubeObject desired) {
        return live.isEmpty()
                ? created(desired)
                : between(desired.ref(), (ObjectNode) named(live.get().tree(), desired.tree()), desired.tree());
    }

    /** The removal of an object. */
    public static ManifestDiff ofDelete(KubeObject live) {
        ObjectNode nothing = live.tree().objectNode();
        return new ManifestDiff(live.ref(), Change.DELETE, unified(live.tree(), nothing));
    }

    private static ManifestDiff created(KubeObject desired) {
        return new ManifestDiff(
                desired.ref(), Change.CREATE, unified(desired.tree().objectNode(), desired.tree()));
    }

    private static ManifestDiff between(ObjectRef ref, ObjectNode before, ObjectNode after) {
        List<String> lines = unified(before, after);
        return new ManifestDiff(ref, lines.isEmpty() ? Change.NONE : Change.UPDATE, lines);
    }

    private static List<String> unified(ObjectNode before, ObjectNode after) {
        ObjectNode old = DiffNoise.removed(before);
        ObjectNode fresh = DiffNoise.removed(after);
        DiffMask.apply(old, fresh);
        List<String> from = lines(old);
        List<String> to = lines(fresh);
        List<String> diff =
                UnifiedDiffUtils.generateUnifiedDiff("live", "desired", from, DiffUtils.diff(from, to), CONTEXT);
        return diff.size() <= 2
                ? List.of()
                : diff.subList(2, diff.size()).stream()
                        .map(CredentialMask::apply)
                        .toList();
    }

    private static List<String> lines(ObjectNode tree) {
        return tree.isEmpty() ? List.of() : ManifestYaml.write(tree).lines().toList();
    }

    /** The part of {@code live} that {@code desired} names. */
    private static JsonNode named(JsonNode live, JsonNode desired) {
        if (live instanceof ObjectNode object && desired.isObject()) {
            ObjectNode part = object.objectNode();
            desired.fieldNames().forEachRemaining(field -> {
                if (object.has(field)) {
                    part.set(field, named(object.get(field), desired.get(field)));
                }
            });
            return part;
        }
        if (live instanceof ArrayNode array && desired.isArray()) {
            ArrayNode part = array.arrayNode();
            List<JsonNode> counterparts = new ArrayList<>();
            desired.forEach(counterparts::add);
            for (int i = 0; i < array.size(); i++) {
                JsonNode item = array.get(i);
                JsonNode counterpart = counterpart(item, counterparts, i);
                part.add(counterpart.isMissingNode() ? item : named(item, counterpart));
            }
            return part;
        }
        return live;
    }

    private static JsonNode counterpart(JsonNode item, List<JsonNode> desired, int index) {
        for (String key : new String[] {"name", "mountPath", "containerPort", "port", "type"}) {
            if (item.has(key)) {
                return desired.stream()
                        .filter(other -> other.path(key).equals(item.get(key)))
                        .findFirst()
                        .orElse(com.fasterxml.jackson.databind.node.MissingNode.getInstance());
            }
        }
        return index < desired.size()
                ? desired.get(index)
                : com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }
}
