package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.KubeObject;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads the manifests of a project: one file, a folder of files, or a kustomization. */
public final class ManifestReader {
    private final Path project;
    private final Kustomizer kustomizer;

    /** @param project the working copy's root; files are named relative to it in messages */
    public ManifestReader(Path project) {
        this(project, Kustomizer.available(project));
    }

    ManifestReader(Path project, Kustomizer kustomizer) {
        this.project = project.toAbsolutePath().normalize();
        this.kustomizer = kustomizer;
    }

    /**
     * The manifests at a place. A folder with a kustomization file is built; of any other folder the files {@code *.yaml},
     * {@code *.yml} and {@code *.json} directly in it are read in the order of their names.
     *
     * @param location folder or file, relative to the project or absolute
     * @throws dev.relevo.report.RelevoException with a {@link ManifestError}
     */
    public Manifests read(String location) {
        Path at = project.resolve(location).normalize();
        if (Files.isRegularFile(at)) {
            return new Manifests(
                    Kustomizations.isKustomization(at)
                            ? kustomized(at.resolveSibling(".").normalize())
                            : file(at));
        }
        if (!Files.isDirectory(at)) {
            throw Problem.of(ManifestError.NOT_FOUND, "There are no manifests at [" + location + "]")
                    .detail("Looked at " + at)
                    .remedy("Correct deploy.manifests in relevo.yaml, or leave it out and describe the workload in the"
                            + " service section.")
                    .asException();
        }
        if (Kustomizations.in(at).isPresent()) {
            return new Manifests(kustomized(at));
        }
        if (Files.isRegularFile(at.resolve("Chart.yaml"))) {
            throw Problem.of(ManifestError.HELM_CHART, "[" + location + "] is a Helm chart, which is not rendered here")
                    .remedy("Render it first, e.g. `helm template . > rendered/all.yaml`, and set deploy.manifests to"
                            + " that folder.")
                    .asException();
        }
        List<Manifest> found = new ArrayList<>();
        for (Path file : filesIn(at)) {
            found.addAll(file(file));
        }
        if (found.isEmpty()) {
            throw Problem.of(ManifestError.NOT_FOUND, "[" + location + "] holds no manifest")
                    .detail("Files *.yaml, *.yml and *.json directly in " + at + " are read, subfolders are not")
                    .remedy("Add manifests or a kustomization.yaml, or correct deploy.manifests.")
                    .asException();
        }
        return new Manifests(found);
    }

    private List<Manifest> kustomized(Path folder) {
        return kustomizer.build(folder);
    }

    private List<Manifest> file(Path file) {
        return parse(text(file), name(file));
    }

    /**
     * The objects in a text; lists are taken apart.
     *
     * @param file for messages
     */
    static List<Manifest> parse(String text, String file) {
        List<Manifest> found = new ArrayList<>();
        for (YamlDocuments.Document document : YamlDocuments.parse(text, file)) {
            add(found, document.tree(), new Source(file, document.line()));
        }
        return found;
    }

    private static void add(List<Manifest> found, JsonNode tree, Source source) {
        if (tree.path("kind").asText().endsWith("List") && tree.path("items").isArray()) {
            tree.path("items").forEach(item -> add(found, item, source));
            return;
        }
        if (!(tree instanceof ObjectNode object)) {
            throw Problem.of(ManifestError.NOT_AN_OBJECT, source + " is not a Kubernetes object")
                    .detail("Expected a mapping with apiVersion, kind and metadata.name")
                    .remedy("Move files that are no manifests out of the folder.")
                    .asException();
        }
        try {
            found.add(new Manifest(KubeObject.of(object), source));
        } catch (IllegalArgumentException e) {
            throw Problem.of(ManifestError.NOT_AN_OBJECT, source + ": " + e.getMessage())
                    .remedy("Complete the object, or move files that are no manifests out of the folder.")
                    .asException(e);
        }
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches("(?!\\.).*\\.(yaml|yml|json)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder.toString(), e);
        }
    }

    private String text(Path file) {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            throw Problem.of(ManifestError.SYNTAX, name(file) + " is not UTF-8 text")
                    .remedy("Save the file as UTF-8.")
                    .asException(e);
        } catch (IOException e) {
            throw unreadable(name(file), e);
        }
    }

    static RuntimeException unreadable(String file, IOException e) {
        return Problem.of(ManifestError.NOT_FOUND, "Cannot read [" + file + "]")
                .detail(String.valueOf(e))
                .remedy("Check the file's permissions.")
                .asException(e);
    }

    private String name(Path file) {
        return file.startsWith(project) ? project.relativize(file).toString() : file.toString();
    }
}
