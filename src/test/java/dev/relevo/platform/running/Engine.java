package dev.relevo.platform.running;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The engine as agents get it, with a local environment of its own. */
public final class Engine {
    private final Path home;
    private final Path local;

    private Engine(Path home, Path local) {
        this.home = home;
        this.local = local;
    }

    /** The file that {@code mvn -Pdist package} makes, when it was made. */
    static Optional<Path> distribution() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("relevo-.*\\.tar\\.gz"))
                    .max((a, b) ->
                            Long.compare(a.toFile().lastModified(), b.toFile().lastModified()));
        }
    }

    /** What has to be done first when it was not made. */
    static Optional<String> missing() throws IOException {
        return distribution().isPresent()
                ? Optional.empty()
                : Optional.of("There is no target/relevo-….tar.gz; make it with mvn -Pdist -DskipTests package");
    }

    static Engine unpack(Path distribution, Path folder) throws Exception {
        Files.createDirectories(folder);
        Programs.run(
                folder,
                Map.of(),
                List.of("tar", "-xzf", distribution.toAbsolutePath().toString(), "--strip-components=1"));
        return new Engine(folder, folder.resolveSibling("local"));
    }

    /** What its users set. */
    Map<String, String> variables() {
        return Map.of("RELEVO_HOME", home.toString(), "RELEVO_LOCAL_HOME", local.toString());
    }

    /**
     * Runs a command by hand, in a project.
     *
     * @return what it printed
     */
    public String run(Path project, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(home.resolve("relevo").toString()));
        command.addAll(List.of(words));
        return Programs.run(project, variables(), command).strip();
    }

    /** The token that leads to its cluster, once it runs. */
    public String clusterToken() throws IOException {
        return Files.readString(local.resolve("kubeconfig")).replaceAll("(?s).*token: \"?([^\"\\s]+).*", "$1");
    }
}
