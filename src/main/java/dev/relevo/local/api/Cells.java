package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.relevo.local.api.Tables.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Building blocks of columns. */
final class Cells {
    static final String NONE = "<none>";

    private Cells() {}

    static Column text(String title, Function<ObjectNode, String> cell) {
        return new Column(title, "string", "", 0, object -> TextNode.valueOf(cell.apply(object)));
    }

    static Column number(String title, Function<ObjectNode, Integer> cell) {
        return new Column(title, "integer", "", 0, object -> IntNode.valueOf(cell.apply(object)));
    }

    /** The same column, shown in the wide form only. */
    static Column wide(Column column) {
        return new Column(column.name(), column.type(), column.format(), 1, column.cell());
    }

    static Column name() {
        return new Column(
                "Name", "string", "name", 0, object -> object.path("metadata").path("name"));
    }

    static Column age() {
        return text("Age", object -> since(object, "/metadata/creationTimestamp"));
    }

    static Column createdAt() {
        return new Column("Created At", "date", "", 0, object -> object.at("/metadata/creationTimestamp"));
    }

    static String since(JsonNode object, String pointer) {
        return HumanDuration.since(object.at(pointer).asText(""), Instant.now());
    }

    static String between(JsonNode object, String start, String end) {
        Instant from = Instant.parse(object.at(start).asText());
        Instant to = object.at(end).isTextual() ? Instant.parse(object.at(end).asText()) : Instant.now();
        return HumanDuration.of(Duration.between(from, to));
    }

    static String at(JsonNode object, String pointer, String missing) {
        String value = object.at(pointer).asText("");
        return value.isEmpty() ? missing : value;
    }

    static int count(JsonNode object, String pointer) {
        return object.at(pointer).asInt(0);
    }

    /** The columns of a template's containers and of a selector. */
    static List<Column> workload(boolean withSelector) {
        return workload("/spec", withSelector);
    }

    /** The same for a workload whose specification is at a pointer. */
    static List<Column> workload(String spec, boolean withSelector) {
        List<Column> columns = new ArrayList<>();
        columns.add(wide(text("Containers", object -> each(object.at(spec + "/template/spec/containers"), "name"))));
        columns.add(wide(text("Images", object -> each(object.at(spec + "/template/spec/containers"), "image"))));
        if (withSelector) {
            columns.add(wide(text("Selector", object -> selector(object.at(spec + "/selector")))));
        }
        return columns;
    }

    static String each(JsonNode items, String field) {
        List<String> values = new ArrayList<>();
        items.forEach(item -> values.add(item.path(field).asText()));
        return String.join(",", values);
    }

    static String values(JsonNode items, String missing) {
        List<String> values = new ArrayList<>();
        items.forEach(item -> values.add(item.asText()));
        return values.isEmpty() ? missing : String.join(",", values);
    }

    /** Labels as {@code a=b,c=d}. */
    static String map(JsonNode labels) {
        if (labels.isEmpty()) {
            return NONE;
        }
        return labels.properties().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + "=" + label.getValue().asText())
                .collect(Collectors.joining(","));
    }

    static String selector(JsonNode selector) {
        List<String> parts = new ArrayList<>();
        if (!selector.path("matchLabels").isEmpty()) {
            parts.add(map(selector.path("matchLabels")));
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            String key = expression.path("key").asText();
            String values = "(" + values(expression.path("values"), "") + ")";
            parts.add(
                    switch (expression.path("operator").asText()) {
                        case "In" -> key + " in " + values;
                        case "NotIn" -> key + " notin " + values;
                        case "DoesNotExist" -> "!" + key;
                        default -> key;
                    });
        }
        return parts.isEmpty() ? NONE : String.join(",", parts);
    }
}
