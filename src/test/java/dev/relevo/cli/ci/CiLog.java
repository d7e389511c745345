package dev.relevo.cli.ci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A log as the agent of a CI system reads it, by the rules of its own parser: what it shows, and what it carries out. Names of groups
 * are shown as a terminal shows a step's beginning.
 */
public final class CiLog {
    private static final Pattern GITHUB =
            Pattern.compile("\\s*::(?<name>[A-Za-z0-9-]+)(?: (?<properties>.*?))?::(?<data>.*)");
    private static final Pattern GITHUB_OLD =
            Pattern.compile(".*?##\\[(?<name>[a-z-]+)(?: (?<properties>[^]]*))?](?<data>.*)");
    private static final Pattern AZURE =
            Pattern.compile(".*?##vso\\[(?<name>[A-Za-z]+\\.[A-Za-z]+)(?: (?<properties>[^]]*))?](?<data>.*)");

    /** A command that was carried out. */
    public record Command(String name, Map<String, String> properties, String data) {}

    private final List<String> shown = new ArrayList<>();
    private final List<Command> commands = new ArrayList<>();
    private String stopped = "";

    private CiLog() {}

    public List<String> shown() {
        return shown;
    }

    /** Those of a name. */
    public List<Command> commands(String name) {
        return commands.stream().filter(command -> command.name().equals(name)).toList();
    }

    public List<Command> commands() {
        return commands;
    }

    /** As `--ci` names the system. */
    public static CiLog read(String system, String text) {
        CiLog log = new CiLog();
        for (String line : text.split("\\r\\n|\\r|\\n")) {
            switch (system) {
                case "github" -> log.github(line);
                case "azure" -> log.azure(line);
                default -> log.shown.add(line);
            }
        }
        return log;
    }

    private void github(String line) {
        Matcher command = GITHUB.matcher(line);
        if (!command.matches()) {
            command = GITHUB_OLD.matcher(line);
        }
        if (!command.matches()) {
            shown.add(line);
        } else if (!stopped.isEmpty()) {
            if (command.group("name").equals(stopped)) {
                stopped = "";
            } else {
                shown.add(line);
            }
        } else if (command.group("name").equals("stop-commands")) {
            stopped = command.group("data");
        } else {
            carryOut(command, ",", CiLog::githubText);
        }
    }

    private void azure(String line) {
        Matcher command = AZURE.matcher(line);
        if (command.matches()) {
            carryOut(command, ";", CiLog::azureText);
        } else if (line.startsWith("##[group]")) {
            shown.add("==> " + line.substring("##[group]".length()));
        } else if (!line.equals("##[endgroup]")) {
            shown.add(line);
        }
    }

    private void carryOut(Matcher command, String separator, UnaryOperator<String> unescaped) {
        Map<String, String> properties = new TreeMap<>();
        String written = command.group("properties");
        for (String property : (written == null ? "" : written).split(separator)) {
            String[] pair = property.split("=", 2);
            if (pair.length == 2) {
                properties.put(pair[0], unescaped.apply(pair[1]));
            }
        }
        String data = unescaped.apply(command.group("data"));
        if (command.group("name").equals("group")) {
            shown.add("==> " + data);
        } else if (!command.group("name").equals("endgroup")) {
            commands.add(new Command(command.group("name"), properties, data));
        }
    }

    private static String githubText(String text) {
        return text.replace("%0D", "\r")
                .replace("%0A", "\n")
                .replace("%3A", ":")
                .replace("%2C", ",")
                .replace("%25", "%");
    }

    private static String azureText(String text) {
        return text.replace("%3B", ";")
                .replace("%0D", "\r")
                .replace("%0A", "\n")
                .replace("%5D", "]")
                .replace("%AZP25", "%");
    }

    /**
     * The variables that the system sets.
     *
     * @param folder where its files for steps are
     */
    public static Map<String, String> variables(String system, Path project, Path folder) throws IOException {
        Map<String, String> variables = new HashMap<>();
        if (!system.equals("none")) {
            for (String line : Files.readAllLines(Path.of("src/test/resources/ci/" + system + ".env"))) {
                String[] pair = line.split("=", 2);
                variables.put(
                        pair[0],
                        pair[1].replace("@PROJECT@", project.toString()).replace("@FOLDER@", folder.toString()));
            }
        }
        return variables;
    }
}
