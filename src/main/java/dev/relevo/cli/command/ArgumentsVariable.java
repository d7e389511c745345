package dev.relevo.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.config.ConfigError;
import dev.relevo.config.Nearest;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Arguments that a CI hands over as a JSON object in {@code RELEVO_ARGS}, so that nothing of them ever meets a shell:
 * {@code {"directory": "app", "environment": "dev", "strategy": "canary", "set": {"deploy.timeout": "2m"}}}. The names are
 * the long ones of the command's options, {@code noWait} for {@code --no-wait}.
 */
final class ArgumentsVariable {
    private static final String ARGUMENTS = "RELEVO_ARGS";
    private static final String LIBRARY_VERSION = "RELEVO_LIBRARY_VERSION";

    /** Options by the name that an argument has for them. */
    private final Map<String, OptionSpec> options = new LinkedHashMap<>();

    private ArgumentsVariable(CommandLine line, String[] words) {
        CommandLine command = line;
        for (String word : words) {
            command = Optional.ofNullable(command.getSubcommands().get(word)).orElse(command);
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                options.put(argumentName(option), option);
            }
        }
    }

    /**
     * The words of the command line with those of the variable behind them.
     *
     * @throws RelevoException when the variable is no JSON object, names what the command does not take, or gives a value of
     *     another kind than it takes; and when the calling library has another version than the engine
     */
    static String[] addTo(CommandLine line, String[] words, Map<String, String> variables) {
        checkVersion(variables.getOrDefault(LIBRARY_VERSION, ""));
        String json = variables.getOrDefault(ARGUMENTS, "");
        if (json.isBlank()) {
            return words;
        }
        ArgumentsVariable known = new ArgumentsVariable(line, words);
        List<String> all = new ArrayList<>(Arrays.asList(words));
        known.read(json).properties().forEach(entry -> all.addAll(known.words(entry.getKey(), entry.getValue())));
        return all.toArray(String[]::new);
    }

    private List<String> words(String name, JsonNode value) {
        OptionSpec option = Optional.ofNullable(options.get(name))
                .orElseThrow(
                        () -> problem("knows no argument [" + name + "]" + Nearest.suggestion(name, options.keySet())));
        String word = option.longestName();
        if (option.arity().max() == 0) {
            if (!value.isBoolean()) {
                throw problem("has [" + value + "] for [" + name + "]; expected true or false");
            }
            return value.booleanValue() ? List.of(word) : List.of();
        }
        if (option.isMultiValue()) {
            if (!value.isObject()) {
                throw problem("has [" + value + "] for [" + name + "]; expected an object of keys and values");
            }
            return value.properties().stream()
                    .map(each -> word + "=" + each.getKey() + "=" + text(name + "." + each.getKey(), each.getValue()))
                    .toList();
        }
        return List.of(word + "=" + text(name, value));
    }

    private JsonNode read(String json) {
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

    private String text(String name, JsonNode value) {
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isValueNode)) {
            return value.toString();
        }
        if (!value.isValueNode() || value.isNull()) {
            throw problem("has [" + value + "] for [" + name + "]; expected a text");
        }
        return value.asText();
    }

    private RelevoException problem(String what) {
        return Problem.of(ConfigError.USAGE, ARGUMENTS + " " + what)
                .remedy("Set it to a JSON object with " + String.join(", ", options.keySet()) + ", or leave it out.")
                .asException();
    }

    private static String argumentName(OptionSpec option) {
        String[] parts = option.longestName().replaceFirst("^-+", "").split("-");
        StringBuilder name = new StringBuilder(parts[0]);
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            name.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
        }
        return name.toString();
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
