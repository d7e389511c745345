package dev.relevo.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.config.ConfigError;
import dev.relevo.config.Nearest;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Arguments that a CI hands over as a JSON object in {@code RELEVO_ARGS}, so that nothing of them ever meets a shell:
 * {@code {"directory": "app", "environment": "dev", "strategy": "canary", "set": {"deploy.timeout": "2m"}}}.
 */
final class ArgumentsVariable {
    private static final String ARGUMENTS = "RELEVO_ARGS";
    private static final String LIBRARY_VERSION = "RELEVO_LIBRARY_VERSION";
    private static final List<String> NAMES =
            List.of("directory", "environment", "namespace", "strategy", "json", "set");

    private ArgumentsVariable() {}

    /** The words of the command line with those of the variable behind them. */
    static String[] addTo(String[] words, Map<String, String> variables) {
        checkVersion(variables.getOrDefault(LIBRARY_VERSION, ""));
        String json = variables.getOrDefault(ARGUMENTS, "");
        if (json.isBlank()) {
            return words;
        }
        List<String> all = new ArrayList<>(List.of(words));
        JsonNode arguments = read(json);
        arguments.properties().forEach(entry -> {
            String name = entry.getKey();
            if (!NAMES.contains(name)) {
                throw problem("knows no argument [" + name + "]" + Nearest.suggestion(name, NAMES));
            }
            if (name.equals("set")) {
                entry.getValue()
                        .properties()
                        .forEach(setting -> all.add("--set=" + setting.getKey() + "="
                                + text("set." + setting.getKey(), setting.getValue())));
            } else if (name.equals("json")) {
                if (entry.getValue().asBoolean()) {
                    all.add("--json");
                }
            } else {
                all.add("--" + name + "=" + text(name, entry.getValue()));
            }
        });
        return all.toArray(String[]::new);
    }

    private static JsonNode read(String json) {
        try {
            JsonNode arguments = new ObjectMapper().readTree(json);
            if (arguments.isObject()) {
                return arguments;
            }
        } catch (JsonProcessingException e) {
            throw problem("is no JSON: " + e.getOriginalMessage());
        }
        throw problem("is no JSON object");
    }

    private static String text(String name, JsonNode value) {
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isValueNode)) {
            return value.toString();
        }
        if (!value.isValueNode()) {
            throw problem("has [" + value + "] for [" + name + "]; expected a text");
        }
        return value.asText();
    }

    private static RelevoException problem(String what) {
        return Problem.of(ConfigError.USAGE, ARGUMENTS + " " + what)
                .remedy("Set it to a JSON object with " + String.join(", ", NAMES) + ", or leave it out.")
                .asException();
    }

    private static void checkVersion(String library) {
        String engine = Version.number();
        if (!library.isEmpty() && !library.equals(engine)) {
            throw Problem.of(
                            CliError.VERSION_MISMATCH,
                            "The calling library has version " + library + ", the engine " + engine)
                    .remedy("Use the engine and the library of the same version.")
                    .asException();
        }
    }
}
