package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The part of kustomize that ordinary kustomizations need, for machines without kubectl: resources (files and folders), patches,
 * namespace, prefix and suffix of names, labels, annotations, images, replicas. It refuses whatever else a kustomization
 * asks for instead of building something different from what kubectl would.
 */
final class BuiltInKustomizer implements Kustomizer {
    private static final Set<String> KNOWN = Set.of(
            "apiVersion",
            "kind",
            "metadata",
            "resources",
            "bases",
            "patches",
            "patchesStrategicMerge",
            "patchesJson6902",
            "namespace",
            "namePrefix",
            "nameSuffix",
            "labels",
            "commonLabels",
            "commonAnnotations",
            "images",
            "replicas");

    private final Path project;

    BuiltInKustomizer(Path project) {
        this.project = project.toAbsolutePath().normalize();
    }

    @Override
    public List<Manifest> build(Path folder) {
        return build(folder.toAbsolutePath().normalize(), new LinkedHashSet<>());
    }

    private List<Manifest> build(Path folder, Set<Path> within) {
        if (!within.add(folder)) {
            throw refused(name(folder), "The kustomization includes itself", "Break the circle " + within + ".");
        }
        Path file = Kustomizations.in(folder)
                .orElseThrow(() -> refused(
                        name(folder),
                        "The folder [" + name(folder) + "] has no kustomization file",
                        "Add a kustomization.yaml to it, or name its files in resources."));
        List<YamlDocuments.Document> documents = YamlDocuments.parse(read(file), name(file));
        if (documents.size() != 1 || !documents.get(0).tree().isObject()) {
            throw refused(name(file), name(file) + " is no kustomization", "It must hold exactly one mapping.");
        }
        JsonNode wanted = documents.get(0).tree();
        checkKnown(wanted, name(file));
        List<Manifest> resources = new ArrayList<>();
        for (String field : new String[] {"resources", "bases"}) {
            for (JsonNode entry : wanted.path(field)) {
                resources.addAll(resource(folder, entry.asText(), file, within));
            }
        }
        within.remove(folder);
        List<Manifest> patched =
                new KustomizePatches(name(file), path -> read(folder.resolve(path))).apply(wanted, resources);
        return KustomizeTransforms.apply(wanted, patched);
    }

    private List<Manifest> resource(Path folder, String entry, Path kustomization, Set<Path> within) {
        Path at = folder.resolve(entry).normalize();
        if (Files.isDirectory(at)) {
            return build(at, within);
        }
        if (!Files.isRegularFile(at)) {
            throw refused(
                    name(kustomization),
                    entry.contains("://") || entry.startsWith("github.com")
                            ? "The remote resource [" + entry + "] cannot be fetched without kubectl"
                            : "The resource [" + entry + "] is not there",
                    entry.contains("://")
                            ? "Install kubectl, or keep a copy of the resource in the project."
                            : "Correct resources in " + name(kustomization) + ".");
        }
        return ManifestReader.parse(read(at), name(at));
    }

    private void checkKnown(JsonNode wanted, String file) {
        Set<String> unknown = new HashSet<>();
        wanted.fieldNames().forEachRemaining(key -> {
            if (!KNOWN.contains(key)) {
                unknown.add(key);
            }
        });
        if (unknown.contains("configMapGenerator")) {
            throw refused(
                    file,
                    "configMapGenerator in " + file + " cannot be done without kubectl",
                    "Install kubectl, or move the data to the configmap section of relevo.yaml, which names the ConfigMap"
                            + " by its hash too.");
        }
        if (!unknown.isEmpty()) {
            throw refused(
                    file,
                    "The kustomization " + file + " uses what cannot be done without kubectl: " + unknown,
                    "Install kubectl, or render the kustomization into a folder of plain manifests.");
        }
    }

    private String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw ManifestReader.unreadable(name(file), e);
        }
    }

    private String name(Path file) {
        return file.startsWith(project) ? project.relativize(file).toString() : file.toString();
    }

    static RuntimeException refused(String file, String summary, String remedy) {
        return Problem.of(ManifestError.KUSTOMIZATION, summary)
                .detail("In " + file)
                .remedy(remedy)
                .asException();
    }
}
