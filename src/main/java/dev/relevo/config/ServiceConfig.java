package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The workload in a few words, from which manifests are generated when the project has none. */
public record ServiceConfig(
        @JsonPropertyDescription("Port that the process listens on.")
        int containerPort,

        @JsonPropertyDescription("Port of the Kubernetes Service.")
        int port,

        @JsonPropertyDescription("Number of pods.") int replicas,

        @JsonPropertyDescription("Environment variables of the container.")
        Map<String, String> env,

        @JsonPropertyDescription("Secrets whose keys become environment variables.")
        List<String> envFromSecrets,

        @JsonPropertyDescription("Arguments of the container.")
        List<String> args,

        @JsonPropertyDescription(
                "Folder that the ConfigMap is mounted at; without it, its keys become environment variables.")
        Optional<String> configMountPath,

        Probes probes,
        Resources resources,

        @JsonPropertyDescription(
                "Seconds that a pod keeps serving after it was told to stop, for the traffic to move away.")
        int drainSeconds,

        @JsonPropertyDescription("Seconds that a pod has to stop, the drain included.")
        int gracePeriodSeconds,

        @JsonPropertyDescription("Scale by CPU use.") Optional<Autoscale> autoscale,

        @JsonPropertyDescription("Pods that must stay available during evictions.")
        Optional<Integer> minAvailable) {
    public ServiceConfig {
        Checks.port("service.containerPort", containerPort);
        Checks.port("service.port", port);
        Checks.that(replicas >= 0, "service.replicas", replicas, "0 or more");
        env = Map.copyOf(env);
        envFromSecrets = List.copyOf(envFromSecrets);
        args = List.copyOf(args);
        Checks.that(drainSeconds >= 0, "service.drainSeconds", drainSeconds, "0 or more");
        Checks.that(
                gracePeriodSeconds > drainSeconds,
                "service.gracePeriodSeconds",
                gracePeriodSeconds,
                "more than drainSeconds");
    }

    /** HTTP paths of the probes; an empty one means a TCP check of the port. */
    public record Probes(Optional<String> readiness, Optional<String> liveness, Optional<String> startup) {}

    /** Kubernetes quantities. */
    public record Resources(String cpuRequest, String memoryRequest, Optional<String> cpuLimit, String memoryLimit) {}

    /**
     * A HorizontalPodAutoscaler by CPU.
     *
     * @param cpuPercent target use of the request, percent
     */
    public record Autoscale(int minReplicas, int maxReplicas, int cpuPercent) {
        public Autoscale {
            Checks.that(
                    minReplicas >= 1 && maxReplicas >= minReplicas,
                    "service.autoscale",
                    minReplicas + ".." + maxReplicas,
                    "1 <= minReplicas <= maxReplicas");
            Checks.that(cpuPercent >= 1 && cpuPercent <= 100, "service.autoscale.cpuPercent", cpuPercent, "1 to 100");
        }
    }
}
