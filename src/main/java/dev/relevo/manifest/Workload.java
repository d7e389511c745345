package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.report.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The app's Deployment among its manifests, and the container in it that gets the image.
 *
 * @param manifest the Deployment
 * @param container the container's name
 */
public record Workload(Manifest manifest, String container) {
    /**
     * Finds them.
     *
     * @param name the Deployment's name ({@code deploy.workload}); empty when there is only one
     * @param container the container's name ({@code deploy.container}); empty when there is only one, or only one has an image
     *     of the repository
     * @param repository the project's image repository
     * @throws dev.relevo.report.RelevoException when there is none, or no single one
     */
    public static Workload find(
            Manifests manifests, Optional<String> name, Optional<String> container, String repository) {
        List<Manifest> deployments = manifests.ofKind(Kind.DEPLOYMENT);
        List<Manifest> matching = name.isEmpty()
                ? deployments
                : deployments.stream()
                        .filter(item -> item.object().name().equals(name.get()))
                        .toList();
        if (matching.isEmpty()) {
            throw none(name, deployments).asException();
        }
        Manifest chosen = matching.size() == 1
                ? matching.get(0)
                : onlyWithImageOf(repository, matching)
                        .orElseThrow(() -> several(matching).asException());
        return new Workload(chosen, container(chosen, container, repository));
    }

    /** The Deployment. */
    public KubeObject object() {
        return manifest.object();
    }

    public ObjectRef ref() {
        return manifest.object().ref();
    }

    private static Optional<Manifest> onlyWithImageOf(String repository, List<Manifest> deployments) {
        List<Manifest> found = deployments.stream()
                .filter(item -> !withImageOf(repository, item).isEmpty())
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private static String container(Manifest deployment, Optional<String> wanted, String repository) {
        List<String> names = new ArrayList<>();
        deployment
                .object()
                .at(PodTemplates.CONTAINERS)
                .forEach(each -> names.add(each.path("name").asText()));
        if (wanted.isPresent()) {
            if (!names.contains(wanted.get())) {
                throw container(
                        deployment,
                        "has no container [" + wanted.get() + "]",
                        names,
                        "Correct deploy.container in relevo.yaml.");
            }
            return wanted.get();
        }
        if (names.size() == 1) {
            return names.get(0);
        }
        List<String> ours = withImageOf(repository, deployment);
        if (ours.size() == 1) {
            return ours.get(0);
        }
        throw container(
                deployment,
                names.isEmpty()
                        ? "has no container"
                        : "has several containers, and it is not clear which gets the image",
                names,
                names.isEmpty()
                        ? "Add spec.template.spec.containers."
                        : "Name one as deploy.container in relevo.yaml, or give one the image " + repository + ".");
    }

    private static List<String> withImageOf(String repository, Manifest deployment) {
        List<String> found = new ArrayList<>();
        for (JsonNode each : deployment.object().at(PodTemplates.CONTAINERS)) {
            if (PodTemplates.repositoryOf(each.path("image").asText()).equals(repository)) {
                found.add(each.path("name").asText());
            }
        }
        return found;
    }

    private static RuntimeException container(Manifest at, String fact, List<String> names, String remedy) {
        return Problem.of(
                        ManifestError.CONTAINER,
                        "The Deployment [" + at.object().name() + "] (" + at.source() + ") " + fact)
                .detail("Its containers: " + names)
                .remedy(remedy)
                .asException();
    }

    private static Problem none(Optional<String> name, List<Manifest> deployments) {
        Problem problem = Problem.of(
                ManifestError.NO_WORKLOAD,
                name.isPresent() && !deployments.isEmpty()
                        ? "No Deployment is named [" + name.get() + "]"
                        : "The manifests hold no Deployment");
        return problem.details(described(deployments))
                .remedy(
                        deployments.isEmpty()
                                ? "Add the app's Deployment, or correct deploy.manifests."
                                : "Correct deploy.workload in relevo.yaml.");
    }

    private static Problem several(List<Manifest> deployments) {
        return Problem.of(ManifestError.AMBIGUOUS_WORKLOAD, "Several Deployments could be the app's workload")
                .details(described(deployments))
                .remedy("Name one as deploy.workload in relevo.yaml.");
    }

    private static List<String> described(List<Manifest> deployments) {
        return deployments.stream()
                .map(item -> item.source() + ": Deployment/" + item.object().name())
                .toList();
    }
}
