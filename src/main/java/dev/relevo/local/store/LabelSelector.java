package dev.relevo.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which labels an object must have: requirements that all hold.
 *
 * @param requirements empty: everything is selected
 */
public record LabelSelector(List<Requirement> requirements) {
    private static final String KEY = "[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?";
    private static final Pattern SET = Pattern.compile("(" + KEY + ")\\s+(in|notin)\\s*\\(([^)]*)\\)");
    private static final Pattern EQUALITY =
            Pattern.compile("(" + KEY + ")\\s*(==|=|!=)\\s*((?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?)");
    private static final Pattern PRESENCE = Pattern.compile("(!?)\\s*(" + KEY + ")");
    private static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    public LabelSelector {
        requirements = List.copyOf(requirements);
    }

    /** How a requirement compares. */
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        NOT_EXISTS
    }

    /**
     * One requirement.
     *
     * @param key the label
     * @param operator how it compares
     * @param values what with, empty for presence
     */
    public record Requirement(String key, Operator operator, Set<String> values) {
        public Requirement {
            values = Set.copyOf(values);
        }

        boolean matches(JsonNode labels) {
            JsonNode value = labels.path(key);
            return switch (operator) {
                case IN -> value.isTextual() && values.contains(value.asText());
                case NOT_IN -> !value.isTextual() || !values.contains(value.asText());
                case EXISTS -> value.isTextual();
                case NOT_EXISTS -> !value.isTextual();
            };
        }
    }

    public static LabelSelector everything() {
        return EVERYTHING;
    }

    /** The selector that wants exactly these labels. */
    public static LabelSelector of(Map<String, String> labels) {
        return new LabelSelector(labels.entrySet().stream()
                .map(label -> new Requirement(label.getKey(), Operator.IN, Set.of(label.getValue())))
                .toList());
    }

    /** The selector of a Service: a plain map of labels. */
    public static LabelSelector ofMap(JsonNode labels) {
        List<Requirement> requirements = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            requirements.add(new Requirement(
                    label.getKey(), Operator.IN, Set.of(label.getValue().asText())));
        }
        return new LabelSelector(requirements);
    }

    /** The selector of a workload: {@code matchLabels} and {@code matchExpressions}. */
    public static LabelSelector ofSelector(JsonNode selector) {
        List<Requirement> requirements =
                new ArrayList<>(ofMap(selector.path("matchLabels")).requirements());
        for (JsonNode expression : selector.path("matchExpressions")) {
            Operator operator = switch (expression.path("operator").asText()) {
                case "In" -> Operator.IN;
                case "NotIn" -> Operator.NOT_IN;
                case "Exists" -> Operator.EXISTS;
                case "DoesNotExist" -> Operator.NOT_EXISTS;
                default ->
                    throw ApiError.badRequest(
                            "\"" + expression.path("operator").asText() + "\" is not a valid label selector operator");
            };
            Set<String> values = new LinkedHashSet<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(new Requirement(expression.path("key").asText(), operator, values));
        }
        return new LabelSelector(requirements);
    }

    /**
     * Reads the text form, e.g. {@code app=web,tier in (a,b),!old}.
     *
     * @throws ApiError 400 when it cannot be read
     */
    public static LabelSelector parse(String text) {
        List<Requirement> requirements = new ArrayList<>();
        for (String part : split(text)) {
            requirements.add(requirement(part, text));
        }
        return requirements.isEmpty() ? EVERYTHING : new LabelSelector(requirements);
    }

    /** Whether an object is selected. */
    public boolean matches(JsonNode object) {
        return matchesLabels(object.path("metadata").path("labels"));
    }

    /** Whether these labels are selected. */
    public boolean matchesLabels(JsonNode labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    private static Requirement requirement(String part, String text) {
        Matcher equality = EQUALITY.matcher(part);
        if (equality.matches()) {
            Operator operator = equality.group(3).equals("!=") ? Operator.NOT_IN : Operator.IN;
            return new Requirement(equality.group(1), operator, Set.of(equality.group(4)));
        }
        Matcher set = SET.matcher(part);
        if (set.matches()) {
            Set<String> values = new LinkedHashSet<>();
            for (String value : set.group(4).split(",", -1)) {
                values.add(value.strip());
            }
            return new Requirement(set.group(1), set.group(3).equals("in") ? Operator.IN : Operator.NOT_IN, values);
        }
        Matcher presence = PRESENCE.matcher(part);
        if (presence.matches()) {
            return new Requirement(
                    presence.group(2), presence.group(1).isEmpty() ? Operator.EXISTS : Operator.NOT_EXISTS, Set.of());
        }
        throw ApiError.badRequest("unable to parse requirement: [" + part + "] in the label selector [" + text + "]");
    }

    /** Splits at commas outside parentheses. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && (depth == 0 || i == text.length())) {
                String part = text.substring(start, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                start = i + 1;
            }
        }
        return parts;
    }
}
