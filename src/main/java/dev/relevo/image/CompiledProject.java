package dev.relevo.image;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a JVM project's build tool has made of it.
 *
 * @param classes folders with the project's own classes (and, with Maven, its resources)
 * @param resources folders with its resources only
 * @param libraries the rest of the runtime class path in order: jars, and folders of other modules
 * @param mainClass where the build tool knows it
 */
public record CompiledProject(
        List<Path> classes, List<Path> resources, List<Path> libraries, Optional<String> mainClass) {
    public CompiledProject {
        classes = List.copyOf(classes);
        resources = List.copyOf(resources);
        libraries = List.copyOf(libraries);
    }

    /** Jars of released versions. */
    @JsonIgnore
    public List<Path> dependencies() {
        return libraries.stream()
                .filter(Files::isRegularFile)
                .filter(jar -> !isSnapshot(jar))
                .toList();
    }

    /** Jars of versions that may change under the same name. */
    @JsonIgnore
    public List<Path> snapshots() {
        return libraries.stream()
                .filter(Files::isRegularFile)
                .filter(CompiledProject::isSnapshot)
                .toList();
    }

    /** Folders of other modules of the same build. */
    @JsonIgnore
    public List<Path> modules() {
        return libraries.stream().filter(Files::isDirectory).toList();
    }

    /**
     * A digest that changes when any of this changes: classes and resources by content, jars by name, size and time.
     *
     * @throws IOException when something of it is gone
     */
    public Digest stamp() throws IOException {
        StringBuilder all = new StringBuilder();
        for (List<Path> group : List.of(classes, resources, modules())) {
            for (Path folder : group) {
                all.append(folder).append('\n');
                if (Files.isDirectory(folder)) {
                    stampTree(folder, all);
                }
            }
        }
        for (Path jar : libraries) {
            if (!Files.isDirectory(jar)) {
                all.append(jar).append(' ').append(Files.size(jar)).append(' ');
                all.append(Files.getLastModifiedTime(jar)).append('\n');
            }
        }
        return Digest.of(all.append(mainClass).toString());
    }

    private static void stampTree(Path folder, StringBuilder all) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                all.append(folder.relativize(file)).append(' ');
                all.append(Digest.of(Files.readAllBytes(file))).append('\n');
            }
        }
    }

    private static boolean isSnapshot(Path jar) {
        return String.valueOf(jar.getFileName()).contains("SNAPSHOT");
    }
}
