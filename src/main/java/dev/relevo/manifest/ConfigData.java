package dev.relevo.manifest;

import dev.relevo.config.ConfigMapConfig;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The content of the app's ConfigMap, collected from the project and checked before anything is touched. */
public final class ConfigData {
    /** What the API server takes for one ConfigMap, bytes. */
    public static final int LARGEST = 1024 * 1024;

    private final Map<String, byte[]> values;

    private ConfigData(Map<String, byte[]> values) {
        this.values = values;
    }

    /**
     * Reads everything that the configuration names.
     *
     * @param project what relative paths start from
     * @throws dev.relevo.report.RelevoException when a file cannot be read, a key is not valid or there twice, the data is too
     *     large, or a private key or cloud credential is in it; values are never part of the message
     */
    public static ConfigData collect(Path project, ConfigMapConfig config) {
        Collector collector = new Collector(project);
        config.files().forEach(collector::file);
        config.envFiles().forEach(collector::envFile);
        new TreeMap<>(config.values())
                .forEach((key, value) ->
                        collector.add(key, value.getBytes(StandardCharsets.UTF_8), "configmap.values." + key));
        return new ConfigData(collector.checked());
    }

    /** Keys and their bytes, in the order of the keys. */
    public Map<String, byte[]> values() {
        return new TreeMap<>(values);
    }

    /** The keys, sorted. */
    public List<String> keys() {
        return List.copyOf(new TreeMap<>(values).keySet());
    }

    private static final class Collector {
        private final Path project;
        private final Map<String, byte[]> values = new LinkedHashMap<>();
        private final Map<String, String> origins = new LinkedHashMap<>();

        Collector(Path project) {
            this.project = project;
        }

        void file(String entry) {
            int equals = entry.indexOf('=');
            // A path may hold an equals sign itself.
            if (equals > 0 && !Files.exists(project.resolve(entry))) {
                Path file = project.resolve(entry.substring(equals + 1));
                if (Files.isDirectory(file)) {
                    throw Problem.of(ManifestError.CONFIG_KEY, "[" + entry + "] gives one key to a folder")
                            .remedy("Name the folder without a key, or a file.")
                            .asException();
                }
                add(entry.substring(0, equals), read(file, entry.substring(equals + 1)), entry.substring(equals + 1));
                return;
            }
            Path path = project.resolve(entry);
            if (Files.isDirectory(path)) {
                for (Path file : filesIn(path, entry)) {
                    String name = file.getFileName().toString();
                    add(name, read(file, entry + "/" + name), entry + "/" + name);
                }
                return;
            }
            add(path.getFileName().toString(), read(path, entry), entry);
        }

        void envFile(String entry) {
            String text = new String(read(project.resolve(entry), entry), StandardCharsets.UTF_8);
            String[] lines = text.split("\\R", -1);
            for (int i = 0; i < lines.length; i++) {
                String line = (i == 0 ? lines[i].replace("\uFEFF", "") : lines[i]).stripLeading();
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                int equals = line.indexOf('=');
                if (equals <= 0) {
                    throw Problem.of(
                                    ManifestError.CONFIG_ENV_FILE,
                                    entry + ":" + (i + 1) + " is not of the form KEY=value")
                            .remedy("Write one KEY=value per line; lines that begin with # are comments.")
                            .asException();
                }
                add(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).getBytes(StandardCharsets.UTF_8),
                        entry + ":" + (i + 1));
            }
        }

        void add(String key, byte[] value, String origin) {
            if (!key.matches("[-._a-zA-Z0-9]{1,253}") || key.equals(".") || key.startsWith("..")) {
                throw Problem.of(
                                ManifestError.CONFIG_KEY,
                                "[" + key + "] from " + origin + " cannot be a ConfigMap's key")
                        .detail("Expected letters, digits, dashes, dots and underscores, at most 253")
                        .remedy("Rename the file, or give it a key: key=path.")
                        .asException();
            }
            String first = origins.putIfAbsent(key, origin);
            if (first != null) {
                throw Problem.of(ManifestError.CONFIG_DUPLICATE_KEY, "The key [" + key + "] is there twice")
                        .detail(first)
                        .detail(origin)
                        .remedy("Give one of them another key: key=path.")
                        .asException();
            }
            CredentialScan.find(value).ifPresent(kind -> {
                throw Problem.of(ManifestError.CONFIG_SECRET, "The key [" + key + "] from " + origin + " holds " + kind)
                        .remedy("A ConfigMap is readable for everybody in the namespace: put it into a Secret, and"
                                + " revoke it if it was committed.")
                        .asException();
            });
            values.put(key, value.clone());
        }

        Map<String, byte[]> checked() {
            long total = values.entrySet().stream()
                    .mapToLong(entry -> entry.getKey().length() + entry.getValue().length)
                    .sum();
            if (total > LARGEST) {
                List<String> largest = values.entrySet().stream()
                        .sorted((a, b) -> Integer.compare(b.getValue().length, a.getValue().length))
                        .limit(3)
                        .map(entry -> entry.getKey() + ": " + entry.getValue().length + " bytes")
                        .toList();
                throw Problem.of(
                                ManifestError.CONFIG_TOO_LARGE,
                                "The configuration has " + total + " bytes; a ConfigMap holds at most " + LARGEST)
                        .details(largest)
                        .remedy("Put large files into the image or a volume.")
                        .asException();
            }
            return values;
        }

        private static byte[] read(Path file, String shown) {
            try {
                if (Files.isRegularFile(file) && Files.size(file) > LARGEST) {
                    throw Problem.of(
                                    ManifestError.CONFIG_TOO_LARGE,
                                    "[" + shown + "] has " + Files.size(file) + " bytes; a ConfigMap holds at most "
                                            + LARGEST)
                            .remedy("Put large files into the image or a volume.")
                            .asException();
                }
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw unreadable(shown, e);
            }
        }

        private static List<Path> filesIn(Path folder, String shown) {
            try (Stream<Path> files = Files.list(folder)) {
                List<Path> found = new ArrayList<>(
                        files.filter(Files::isRegularFile).sorted().toList());
                if (found.isEmpty()) {
                    throw Problem.of(ManifestError.CONFIG_FILE, "The folder [" + shown + "] holds no file")
                            .detail("Files directly in it become keys, subfolders do not")
                            .remedy("Correct configmap.files in relevo.yaml.")
                            .asException();
                }
                return found;
            } catch (IOException e) {
                throw unreadable(shown, e);
            }
        }

        private static RuntimeException unreadable(String shown, IOException e) {
            boolean missing = e instanceof java.nio.file.NoSuchFileException;
            return Problem.of(
                            ManifestError.CONFIG_FILE,
                            missing ? "There is no file [" + shown + "]" : "Cannot read [" + shown + "]")
                    .detail(missing ? "It is named in the configmap section of relevo.yaml" : e.toString())
                    .remedy(
                            missing
                                    ? "Correct the path (relative to the project), or add the file."
                                    : "Check the file's permissions.")
                    .asException(e);
        }
    }
}
