package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the root cause of pods that do not become ready, from what the cluster shows. */
public final class Diagnosis {
    private Diagnosis() {}

    /**
     * What is looked at.
     *
     * @param workload the Deployment, StatefulSet or DaemonSet
     * @param replicaSets its ReplicaSets, or only the candidate's
     * @param pods the pods that are to become ready; older ones should be left out, except those that are stopping
     * @param events of the namespace; those of other objects are ignored
     */
    public record Evidence(
            Optional<KubeObject> workload,
            Collection<KubeObject> replicaSets,
            Collection<KubeObject> pods,
            Collection<KubeObject> events) {
        public Evidence {
            replicaSets = List.copyOf(replicaSets);
            pods = List.copyOf(pods);
            events = List.copyOf(events);
        }

        /** The events about an object, the newest last. */
        List<KubeObject> eventsOf(KubeObject object) {
            return events.stream()
                    .filter(event -> concerns(event, object))
                    .sorted(Comparator.comparing(Evidence::time))
                    .toList();
        }

        /** Whether room may become free by itself because pods are stopping. */
        boolean makingRoom() {
            return pods.stream().anyMatch(KubeObject::deleting);
        }

        private static boolean concerns(KubeObject event, KubeObject object) {
            JsonNode about = event.at("/involvedObject");
            if (!object.uid().isEmpty() && about.path("uid").isTextual()) {
                return about.path("uid").asText().equals(object.uid());
            }
            return about.path("name").asText().equals(object.name())
                    && about.path("kind").asText().equals(object.kind().name());
        }

        private static String time(KubeObject event) {
            for (String field : new String[] {"/series/lastObservedTime", "/lastTimestamp", "/eventTime"}) {
                if (event.at(field).isTextual()) {
                    return event.at(field).asText();
                }
            }
            return event.at("/metadata/creationTimestamp").asText("");
        }
    }

    /**
     * The causes, the most telling first: those that cannot heal, then in the order in which a pod's life goes. Pods with the same
     * cause share one finding. Empty when nothing is wrong (yet).
     */
    public static List<Finding> of(Evidence evidence, LogTail logs) {
        List<Finding> found = new ArrayList<>(CreationFindings.of(evidence));
        Map<String, Finding> byCause = new LinkedHashMap<>();
        Map<String, Set<String>> podsOf = new LinkedHashMap<>();
        evidence.pods().stream()
                .filter(pod -> !pod.deleting())
                .sorted(Comparator.comparing(KubeObject::name))
                .forEach(pod -> new PodFindings(pod, evidence, logs).all().forEach(finding -> {
                    String key = finding.code() + finding.cause();
                    byCause.merge(key, finding, (first, next) -> next.fatal() && !first.fatal() ? next : first);
                    podsOf.computeIfAbsent(key, ignored -> new LinkedHashSet<>())
                            .add(pod.name());
                }));
        byCause.forEach((key, finding) -> found.add(withPods(finding, podsOf.getOrDefault(key, Set.of()))));
        evidence.workload().flatMap(Diagnosis::deadline).ifPresent(found::add);
        found.sort(Comparator.comparing((Finding finding) -> !finding.fatal())
                // The deadline is what follows from the others.
                .thenComparing(finding -> finding.code() == ClusterError.PROGRESS_DEADLINE));
        return List.copyOf(found);
    }

    private static Finding withPods(Finding finding, Set<String> pods) {
        List<String> lines = new ArrayList<>(finding.evidence());
        lines.add((pods.size() == 1 ? "Pod " : pods.size() + " pods: ")
                + String.join(", ", pods.stream().limit(5).toList())
                + (pods.size() > 5 ? ", …" : ""));
        return new Finding(finding.code(), finding.cause(), lines, finding.remedy(), finding.fatal());
    }

    private static Optional<Finding> deadline(KubeObject workload) {
        JsonNode progressing = Owned.condition(workload, "Progressing");
        if (!progressing.path("reason").asText().equals("ProgressDeadlineExceeded")) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                ClusterError.PROGRESS_DEADLINE,
                workload.kind().name() + "/" + workload.name() + " made no progress within its deadline of "
                        + workload.at("/spec/progressDeadlineSeconds").asInt(600) + " s",
                List.of(progressing.path("message").asText()),
                "Raise spec.progressDeadlineSeconds if the pods only need longer to start.",
                true));
    }
}
