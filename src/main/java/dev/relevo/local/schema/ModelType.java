package dev.relevo.local.schema;

import java.util.Map;
import java.util.Optional;

/** The type of a value in an object. */
public sealed interface ModelType {
    /** A value whose form is not known: kept as it is. */
    ModelType ANY = new Any();

    /** Anything. */
    record Any() implements ModelType {}

    /**
     * A single value.
     *
     * @param json {@code string}, {@code integer}, {@code number} or {@code boolean}
     * @param format e.g. {@code int32}, {@code int-or-string}, {@code date-time} or {@code quantity}; may be empty
     */
    record Scalar(String json, String format) implements ModelType {}

    /**
     * Values by free keys.
     *
     * @param values their type
     */
    record Dictionary(ModelType values) implements ModelType {}

    /**
     * A list.
     *
     * @param items their type
     */
    record Sequence(ModelType items) implements ModelType {}

    /**
     * A field of a structure.
     *
     * @param type its type
     * @param merging how two values of it become one
     */
    record Field(ModelType type, Merging merging) {}

    /** Named fields. Structures may contain themselves, so they are compared by name. */
    interface Structure {
        /** The name of the type, e.g. {@code PodSpec}. */
        String name();

        /** What sets it apart from others of the same name, e.g. {@code apps.v1}. */
        String space();

        /** The fields by name, in a stable order. */
        Map<String, Field> fields();
    }

    /**
     * A structure as a type.
     *
     * @param structure the structure
     */
    record Struct(Structure structure) implements ModelType {}

    /** The type of a structure's field or a dictionary's value; anything where the name is not known. */
    default Field field(String name) {
        if (this instanceof Struct struct) {
            return Optional.ofNullable(struct.structure().fields().get(name)).orElse(Merging.UNKNOWN_FIELD);
        }
        if (this instanceof Dictionary dictionary) {
            return new Field(dictionary.values(), Merging.GRANULAR);
        }
        return Merging.UNKNOWN_FIELD;
    }

    /** The type of a list's items. */
    default ModelType items() {
        return this instanceof Sequence sequence ? sequence.items() : ANY;
    }
}
