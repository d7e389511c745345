package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.Rollout;
import dev.relevo.report.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The app's workload among its manifests, a Deployment, StatefulSet or DaemonSet, and the container in it that gets the image.
 *
 * @param manifest the workload
 * @param container the container's name
 */
public record Workload(Manifest manifest, String container) {
    /**
     * Finds them. Where no name is given, a Deployment comes before the other kinds: a StatefulSet beside it is most often
     * its database.
     *
     * @param name the workload's name ({@code deploy.workload}), or {@code Kind/name}; empty when there is only one
     * @param container the container's name ({@code deploy.container}); empty when there is only one, or only one has an image
     *     of the repository
     * @param repository the project's image repository
     * @throws dev.relevo.report.RelevoException when there is none, or no single one
     */
    public static Workload find(
            Manifests manifests, Optional<String> name, Optional<String> container, String repository) {
        List<Manifest> workloads = Rollout.KINDS.stream()
                .flatMap(kind -> manifests.ofKind(kind).stream())
                .toList();
        List<Manifest> matching = name.map(wanted -> named(wanted, workloads))
                .orElseGet(() ->
                        manifests.ofKind(Kind.DEPLOYMENT).isEmpty() ? workloads : manifests.ofKind(Kind.DEPLOYMENT));
        if (matching.isEmpty()) {
            throw none(name, workloads).asException();
        }
        Manifest chosen = matching.size() == 1
                ? matching.get(0)
                : onlyWithImageOf(repository, matching)
                        .orElseThrow(() -> several(matching).asException());
        return new Workload(chosen, container(chosen, container, repository));
    }

    private static List<Manifest> named(String wanted, List<Manifest> workloads) {
        return workloads.stream()
                .filter(item -> item.object().name().equals(wanted)
                        || described(item.object()).equals(wanted))
                .toList();
    }

    /** The workload. */
    public KubeObject object() {
        return manifest.object();
    }

    public ObjectRef ref() {
        return manifest.object().ref();
    }

    private static Optional<Manifest> onlyWithImageOf(String repository, List<Manifest> workloads) {
        List<Manifest> found = workloads.stream()
                .filter(item -> !withImageOf(repository, item).isEmpty())
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private static String container(Manifest workload, Optional<String> wanted, String repository) {
        List<String> names = new ArrayList<>();
        workload.object()
                .at(PodTemplates.CONTAINERS)
                .forEach(each -> names.add(each.path("name").asText()));
        if (wanted.isPresent()) {
            if (!names.contains(wanted.get())) {
                throw container(
                        workload,
                        "has no container [" + wanted.get() + "]",
                        names,
                        "Correct deploy.container in relevo.yaml.");
            }
            return wanted.get();
        }
        if (names.size() == 1) {
            return names.get(0);
        }
        List<String> ours = withImageOf(repository, workload);
        if (ours.size() == 1) {
            return ours.get(0);
        }
        throw container(
                workload,
                names.isEmpty()
                        ? "has no container"
                        : "has several containers, and it is not clear which gets the image",
                names,
                names.isEmpty()
                        ? "Add spec.template.spec.containers."
                        : "Name one as deploy.container in relevo.yaml, or give one the image " + repository + ".");
    }

    private static List<String> withImageOf(String repository, Manifest workload) {
        List<String> found = new ArrayList<>();
        for (JsonNode each : workload.object().at(PodTemplates.CONTAINERS)) {
            if (PodTemplates.repositoryOf(each.path("image").asText()).equals(repository)) {
                found.add(each.path("name").asText());
            }
        }
        return found;
    }

    private static RuntimeException container(Manifest at, String fact, List<String> names, String remedy) {
        return Problem.of(ManifestError.CONTAINER, described(at.object()) + " (" + at.source() + ") " + fact)
                .detail("Its containers: " + names)
                .remedy(remedy)
                .asException();
    }

    private static Problem none(Optional<String> name, List<Manifest> workloads) {
        Problem problem = Problem.of(
                ManifestError.NO_WORKLOAD,
                name.isPresent() && !workloads.isEmpty()
                        ? "No Deployment, StatefulSet or DaemonSet is named [" + name.get() + "]"
                        : "The manifests hold no Deployment, StatefulSet or DaemonSet");
        return problem.details(described(workloads))
                .remedy(
                        workloads.isEmpty()
                                ? "Add the app's Deployment, or correct deploy.manifests."
                                : "Correct deploy.workload in relevo.yaml.");
    }

    private static Problem several(List<Manifest> workloads) {
        return Problem.of(ManifestError.AMBIGUOUS_WORKLOAD, "Several objects could be the app's workload")
                .details(described(workloads))
                .remedy("Name one as deploy.workload in relevo.yaml.");
    }

    private static List<String> described(List<Manifest> workloads) {
        return workloads.stream()
                .map(item -> item.source() + ": " + described(item.object()))
                .toList();
    }

    private static String described(KubeObject object) {
        return object.kind().name() + "/" + object.name();
    }
}
