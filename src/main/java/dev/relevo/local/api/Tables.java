package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ResourceType;
import java.util.List;
import java.util.function.Function;

/**
 * The columns in which a kind is printed.
 *
 * @param columns in their order
 */
record Tables(List<Column> columns) {
    /**
     * One column.
     *
     * @param name its title
     * @param type the JSON type of its cells
     * @param format e.g. {@code name} for the one that identifies the object
     * @param priority 0: always shown; 1: only in the wide form
     * @param cell the value for an object
     */
    record Column(String name, String type, String format, int priority, Function<ObjectNode, JsonNode> cell) {}

    Tables {
        columns = List.copyOf(columns);
    }

    static Tables of(ResourceType type) {
        return new Tables(TableColumns.of(type));
    }

    /**
     * The table of some objects.
     *
     * @param include how much of each object a row carries: {@code None}, {@code Object}, or its metadata
     */
    ObjectNode render(List<ObjectNode> objects, ObjectNode metadata, String include) {
        ObjectNode table = Representation.header("Table", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        ArrayNode definitions = table.putArray("columnDefinitions");
        for (Column column : columns) {
            definitions
                    .addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("format", column.format())
                    .put("description", "")
                    .put("priority", column.priority());
        }
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            columns.forEach(column -> cells.add(column.cell().apply(object)));
            switch (include) {
                case "None" -> {}
                case "Object" -> row.set("object", object);
                default -> {
                    ObjectNode partial = Representation.header("PartialObjectMetadata", "meta.k8s.io/v1");
                    partial.set("metadata", object.path("metadata"));
                    row.set("object", partial);
                }
            }
        }
        return table;
    }
}
