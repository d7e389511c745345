package dev.relevo.manifest;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Turns a kustomization into plain objects. */
interface Kustomizer {
    /**
     * The objects of a kustomization.
     *
     * @throws dev.relevo.report.RelevoException with {@link ManifestError#KUSTOMIZATION}
     */
    List<Manifest> build(Path folder);

    /** kubectl's own where kubectl is on the PATH, else the part of it that needs no kubectl. */
    static Kustomizer available(Path project) {
        return kubectl()
                .<Kustomizer>map(tool -> new KubectlKustomizer(tool, project))
                .orElseGet(() -> new BuiltInKustomizer(project));
    }

    /** kubectl on the PATH. */
    static Optional<Path> kubectl() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
