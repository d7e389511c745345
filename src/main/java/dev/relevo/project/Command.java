package dev.relevo.project;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program to run, word by word: no shell ever sees it.
 *
 * @param words program and arguments
 * @param directory its working directory
 * @param environment variables added to the ones it inherits
 * @param timeout after which it is stopped
 * @param source whose lines these are when they are shown, e.g. {@code maven}
 */
public record Command(
        List<String> words, Path directory, Map<String, String> environment, Duration timeout, String source) {
    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
        if (words.isEmpty() || words.get(0).isBlank()) {
            throw new IllegalArgumentException("A command needs a program");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("A command needs time, not " + timeout);
        }
    }

    /** The same with these variables as well, where it has none of that name. */
    public Command beside(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(more);
        all.putAll(environment);
        return new Command(words, directory, all, timeout, source);
    }

    /** As a person would type it, for messages only. */
    public String shown() {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            line.append(line.isEmpty() ? "" : " ");
            line.append(word.matches("[\\w@%+=:,./{}-]+") ? word : "'" + word.replace("'", "'\\''") + "'");
        }
        return line.toString();
    }
}
