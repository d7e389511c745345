package dev.relevo.manifest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The names that a kustomization's file can have. */
final class Kustomizations {
    private static final List<String> NAMES = List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

    private Kustomizations() {}

    static boolean isKustomization(Path file) {
        return NAMES.contains(file.getFileName().toString());
    }

    /** The kustomization file of a folder, if it has one. */
    static Optional<Path> in(Path folder) {
        return NAMES.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }
}
