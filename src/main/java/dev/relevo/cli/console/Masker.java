package dev.relevo.cli.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Replaces known secrets in everything that is printed. */
public final class Masker {
    /** What stands for a secret. */
    public static final String MASK = "****";

    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?i).*(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY).*");
    private static final int SHORTEST = 6;
    private static final int LARGEST_FILE = 64 * 1024;

    private final List<String> secrets;

    private Masker(Set<String> secrets) {
        this.secrets = secrets.stream()
                .sorted((one, other) -> Integer.compare(other.length(), one.length()))
                .toList();
    }

    /**
     * Knows the values of variables whose names say secret, and the content of the files that such variables with
     * {@code _FILE} at the end name. Shorter values than six characters would mask innocent text and are left.
     */
    public static Masker of(Map<String, String> variables) {
        Set<String> secrets = new TreeSet<>();
        variables.forEach((name, value) -> {
            if (!SECRET_NAME.matcher(name).matches()) {
                return;
            }
            if (name.endsWith("_FILE")) {
                fileLines(value, secrets);
            } else if (!value.startsWith("/")) {
                add(value, secrets);
            }
        });
        return new Masker(secrets);
    }

    /** Whether a key's value should not be shown, by its name. */
    public static boolean isSecretName(String name) {
        return SECRET_NAME.matcher(name).matches();
    }

    /** Every known secret, the longest first. */
    List<String> secrets() {
        return secrets;
    }

    /** The text without any known secret. */
    public String mask(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }

    private static void fileLines(String path, Set<String> secrets) {
        try {
            Path file = Path.of(path);
            if (Files.isRegularFile(file) && Files.size(file) <= LARGEST_FILE) {
                new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(line -> add(line, secrets));
            }
        } catch (IOException | InvalidPathException e) {
            // A file that cannot be read cannot leak either; the step that needs it says so.
            return;
        }
    }

    private static void add(String value, Set<String> secrets) {
        String trimmed = value.strip();
        if (trimmed.length() >= SHORTEST) {
            secrets.add(trimmed);
        }
    }
}
