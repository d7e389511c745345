package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A kind with defaults and a check of its content, and no more.
 *
 * @param defaults of the kind
 * @param checks what is wrong with an object, whatever it was before
 */
record SimpleRules(Consumer<ObjectNode> defaults, BiConsumer<JsonNode, FieldErrors> checks) implements KindRules {
    static SimpleRules defaults(Consumer<ObjectNode> defaults) {
        return new SimpleRules(defaults, (object, errors) -> {});
    }

    static SimpleRules checks(BiConsumer<JsonNode, FieldErrors> checks) {
        return new SimpleRules(object -> {}, checks);
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        defaults.accept(object);
    }

    @Override
    public void validate(Admission.Change change, FieldErrors errors) {
        checks.accept(change.after(), errors);
    }
}
