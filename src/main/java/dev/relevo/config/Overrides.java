package dev.relevo.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Puts values from environment variables and flags on top, read as the schema says. */
final class Overrides {
    private static final String PREFIX = "RELEVO_";
    private static final Pattern HUMP = Pattern.compile("([a-z])([A-Z])");
    private static final Set<String> TARGET_KEYS = Set.of("namespace", "kubeconfig", "context");

    private final ConfigSchema schema;
    private final Layers layers;
    private final List<String> warnings = new ArrayList<>();

    Overrides(ConfigSchema schema, Layers layers) {
        this.schema = schema;
        this.layers = layers;
    }

    /** The variable that stands for a key: {@code deploy.lockWait} is {@code RELEVO_DEPLOY_LOCK_WAIT}. */
    static String variable(KeyPath key) {
        List<String> words = new ArrayList<>();
        for (String segment : key.segments()) {
            words.add(HUMP.matcher(segment).replaceAll("$1_$2").toUpperCase(Locale.ROOT));
        }
        return PREFIX + String.join("_", words);
    }

    void variables(Map<String, String> variables) {
        Map<String, String> meant = new TreeMap<>(variables);
        meant.keySet().removeIf(name -> !mayBeMeant(name));
        if (meant.isEmpty()) {
            return;
        }
        Map<String, KeyPath> known = new HashMap<>();
        schema.leaves().keySet().forEach(key -> known.put(variable(key), key));
        known.remove("RELEVO_DEFAULT_ENVIRONMENT");
        TARGET_KEYS.forEach(key -> known.put(variable(new KeyPath(List.of(key))), new KeyPath(List.of(key))));
        meant.forEach((name, value) -> {
            KeyPath key = known.get(name);
            if (key != null && !value.isEmpty()) {
                set(key, value, new Origin.InVariable(name));
            } else if (key == null && isOfASection(name)) {
                Nearest.to(name, known.keySet())
                        .ifPresent(near -> warnings.add(
                                "Variable " + name + " is no setting and is ignored; did you mean " + near + "?"));
            }
        });
    }

    /** The names of all keys are many, and mostly nobody gives one. */
    private boolean mayBeMeant(String name) {
        return name.startsWith(PREFIX)
                && Stream.concat(TARGET_KEYS.stream(), schema.keysOf(KeyPath.ROOT).stream())
                        .map(key -> variable(new KeyPath(List.of(key))))
                        .anyMatch(key -> name.equals(key) || name.startsWith(key + "_"));
    }

    /** Other variables with the prefix are the launcher's, the registry's or a CI's. */
    private boolean isOfASection(String name) {
        return schema.keysOf(KeyPath.ROOT).stream()
                .filter(section -> !schema.keysOf(new KeyPath(List.of(section))).isEmpty())
                .anyMatch(section -> name.startsWith(variable(new KeyPath(List.of(section))) + "_"));
    }

    void flags(List<FlagValue> flags) {
        for (FlagValue flag : flags) {
            set(KeyPath.parse(flag.key()), flag.value(), new Origin.InFlag(flag.flag()));
        }
    }

    List<String> warnings() {
        return warnings;
    }

    private void set(KeyPath key, String text, Origin origin) {
        if (key.segments().size() == 1 && TARGET_KEYS.contains(key.last())) {
            if (layers.merged().path("environment").path("cluster").asText("").equals("local")
                    && !key.last().equals("namespace")) {
                throw invalid(origin, key, "cannot be given for a local environment");
            }
            layers.set(key.under(new KeyPath(List.of("environment"))), JsonNodeFactory.instance.textNode(text), origin);
            return;
        }
        JsonNode keySchema = schema.at(key);
        if (keySchema.isMissingNode() || key.segments().get(0).startsWith("environment")) {
            List<String> keys =
                    schema.leaves().keySet().stream().map(KeyPath::toString).toList();
            throw invalid(origin, key, "is not a key" + Nearest.suggestion(key.toString(), keys));
        }
        JsonNode value = schema.read(keySchema, text);
        ObjectNode alone = JsonNodeFactory.instance.objectNode();
        Layers single = new Layers(alone);
        single.set(key, value, origin);
        List<Finding> findings = schema.check(new YamlDocument(single.merged(), Map.of(), Map.of(key, text)));
        if (!findings.isEmpty()) {
            throw invalid(origin, findings.get(0).path(), findings.get(0).message());
        }
        layers.set(key, value, origin);
    }

    private static RelevoException invalid(Origin origin, KeyPath key, String message) {
        return Problem.of(ConfigError.INVALID_CONFIGURATION, origin.describe() + ": [" + key + "] " + message)
                .remedy("`relevo config schema` prints every key there is.")
                .asException();
    }
}
