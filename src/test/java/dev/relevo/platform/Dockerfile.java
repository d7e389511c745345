package dev.relevo.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dockerfile as its instructions, read as the Dockerfile reference says: a backslash at the end of a line continues it,
 * comments and blank lines between are skipped.
 *
 * @param instructions in the order of the file
 */
record Dockerfile(List<Instruction> instructions) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)}?");

    Dockerfile {
        instructions = List.copyOf(instructions);
    }

    /**
     * One instruction.
     *
     * @param line where it begins, from 1
     * @param name in capitals
     * @param arguments all that follows, on one line
     */
    record Instruction(int line, String name, String arguments) {
        boolean is(String other) {
            return name.equals(other);
        }

        /** The arguments without the flags before them, such as {@code --chown=…}. */
        String withoutFlags() {
            return arguments.replaceFirst("^(--\\S+\\s+)+", "");
        }

        boolean isExecForm() {
            return withoutFlags().startsWith("[");
        }
    }

    /** A stage: what {@code FROM} begins, up to the next. */
    record Stage(Instruction from, List<Instruction> body) {
        /** The image or the earlier stage that it is built on, with the values of build arguments put in. */
        String base(Dockerfile file) {
            return file.resolve(from.withoutFlags().split("\\s+")[0]);
        }

        String name() {
            String[] words = from.withoutFlags().split("\\s+");
            return words.length == 3 ? words[2] : "";
        }
    }

    static Dockerfile read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    static Dockerfile parse(String text) {
        List<Instruction> found = new ArrayList<>();
        StringBuilder pending = new StringBuilder();
        int start = 0;
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.startsWith("#") || line.isEmpty()) {
                continue;
            }
            if (pending.isEmpty()) {
                start = i + 1;
            }
            boolean goesOn = line.endsWith("\\");
            pending.append(goesOn ? line.substring(0, line.length() - 1).strip() + " " : line);
            if (!goesOn) {
                found.add(instruction(start, pending.toString().strip()));
                pending.setLength(0);
            }
        }
        if (!pending.isEmpty()) {
            throw new IllegalArgumentException("Line " + start + " goes on after the end of the file");
        }
        return new Dockerfile(found);
    }

    private static Instruction instruction(int line, String text) {
        String[] parts = text.split("\\s+", 2);
        return new Instruction(line, parts[0].toUpperCase(Locale.ROOT), parts.length == 2 ? parts[1] : "");
    }

    List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        for (Instruction instruction : instructions) {
            if (instruction.is("FROM")) {
                stages.add(new Stage(instruction, new ArrayList<>()));
            } else if (!stages.isEmpty()) {
                stages.get(stages.size() - 1).body().add(instruction);
            }
        }
        return Collections.unmodifiableList(stages);
    }

    Stage lastStage() {
        List<Stage> stages = stages();
        return stages.get(stages.size() - 1);
    }

    /** Build arguments that come before the first stage, with their default values. */
    Map<String, String> arguments() {
        Map<String, String> values = new LinkedHashMap<>();
        for (Instruction instruction : instructions) {
            if (instruction.is("FROM")) {
                break;
            }
            String[] parts = instruction.arguments().split("=", 2);
            values.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return values;
    }

    private String resolve(String text) {
        return VARIABLE.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(arguments().getOrDefault(found.group(1), "")));
    }
}
