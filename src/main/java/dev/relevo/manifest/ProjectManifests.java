package dev.relevo.manifest;

import dev.relevo.config.RelevoConfig;
import dev.relevo.report.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The manifests that a project is deployed with: its own, or those generated from its service section. */
public final class ProjectManifests {
    private ProjectManifests() {}

    /**
     * As written, without image, namespace and configuration of a release; {@link Injection} adds them.
     *
     * @throws dev.relevo.report.RelevoException with a {@link ManifestError}
     */
    public static Manifests of(Path project, RelevoConfig config) {
        if (config.deploy().manifests().isPresent()) {
            return new ManifestReader(project).read(config.deploy().manifests().get());
        }
        return config.service()
                .map(service -> ManifestGenerator.generate(
                        config.app(), service, config.image().repository(), configName(config)))
                .orElseThrow(() -> Problem.of(
                                ManifestError.NOTHING_TO_DEPLOY,
                                "relevo.yaml names no manifests and has no service section")
                        .remedy(remedy(project))
                        .asException());
    }

    /** The app's Deployment and container among them, as the configuration chooses it. */
    public static Workload workload(Manifests manifests, RelevoConfig config) {
        return Workload.find(
                manifests,
                config.deploy().workload(),
                config.deploy().container(),
                config.image().repository());
    }

    /** The name under which manifests know the app's ConfigMap; empty when the project has no configuration. */
    public static Optional<String> configName(RelevoConfig config) {
        return config.configmap().isEmpty()
                ? Optional.empty()
                : Optional.of(config.configmap().name().orElse(config.app() + "-config"));
    }

    private static String remedy(Path project) {
        for (String folder : new String[] {"k8s", "manifests", "deploy", "kubernetes"}) {
            if (Files.isDirectory(project.resolve(folder))) {
                return "Add `deploy: {manifests: " + folder + "}` to relevo.yaml.";
            }
        }
        return "Set deploy.manifests to the folder of your manifests, or describe the workload in a service section.";
    }
}
