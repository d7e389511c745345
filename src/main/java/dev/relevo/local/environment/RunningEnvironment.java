package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.node.Processes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A background process and where it can be reached.
 *
 * @param pid its process id
 * @param startedAt when the machine started it
 * @param apiUrl the API server, e.g. {@code https://127.0.0.1:40123}
 * @param registry where images are pushed, e.g. {@code 127.0.0.1:40124}
 * @param kubeconfig the file for kubectl and other clients
 * @param version of the engine that it runs
 */
public record RunningEnvironment(
        long pid, Instant startedAt, String apiUrl, String registry, Path kubeconfig, String version) {

    ObjectNode toJson() {
        return EnvironmentDirectory.newObject()
                .put("pid", pid)
                .put("startedAt", startedAt.toString())
                .put("apiUrl", apiUrl)
                .put("registry", registry)
                .put("kubeconfig", kubeconfig.toString())
                .put("version", version);
    }

    static RunningEnvironment fromJson(JsonNode json) {
        return new RunningEnvironment(
                json.path("pid").asLong(),
                Instant.parse(json.path("startedAt").asText()),
                json.path("apiUrl").asText(),
                json.path("registry").asText(),
                Path.of(json.path("kubeconfig").asText()),
                json.path("version").asText());
    }

    /** The process, if it is still the one that was started: process ids are used again. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(Processes::isAlive)
                .filter(handle -> handle.info()
                        .startInstant()
                        .map(start -> Math.abs(start.toEpochMilli() - startedAt.toEpochMilli()) < 3000)
                        .orElse(false));
    }

    /** This process with the environment that it runs. */
    static RunningEnvironment here(LocalEnvironment environment) {
        ProcessHandle process = ProcessHandle.current();
        return new RunningEnvironment(
                process.pid(),
                process.info().startInstant().orElse(Instant.now()),
                environment.apiUrl(),
                environment.registry(),
                environment.kubeconfig(),
                Optional.ofNullable(RunningEnvironment.class.getPackage().getImplementationVersion())
                        .orElse("development"));
    }
}
