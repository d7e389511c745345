package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A container whose process ended although it should run, or whose init container did not succeed. */
final class ExitFindings {
    private static final int LOG_LINES = 10;
    /** Codes that say that a repetition ends the same way: EX_CONFIG of sysexits.h, not executable, not found. */
    private static final Set<Integer> CONFIGURATION_CODES = Set.of(78, 126, 127);

    private static final Pattern TELLING =
            Pattern.compile("(?i).*(\\berror\\b|exception|\\bfatal\\b|panic|caused by|failed|cannot|unable to|no such"
                    + "|already in use|refused|denied).*");

    private final KubeObject pod;
    private final JsonNode status;
    private final boolean init;
    private final List<KubeObject> events;
    private final LogTail logs;

    ExitFindings(KubeObject pod, JsonNode status, boolean init, List<KubeObject> events, LogTail logs) {
        this.pod = pod;
        this.status = status;
        this.init = init;
        this.events = events;
        this.logs = logs;
    }

    Optional<Finding> find() {
        JsonNode ended = ended();
        if (ended.isMissingNode()) {
            return Optional.empty();
        }
        int code = ended.path("exitCode").asInt();
        // A container that waits for its next start has ended once more than it was restarted.
        int exits = status.path("restartCount").asInt(0)
                + (status.at("/state/running").isObject() ? 0 : 1);
        String name = status.path("name").asText();
        String who = (init ? "Init container [" : "Container [") + name + "]";
        String reason = ended.path("reason").asText("");
        if (reason.equals("StartError") || reason.equals("ContainerCannotRun")) {
            return Optional.of(
                    StartFindings.cannotStart(name, ended.path("message").asText(reason)));
        }
        if (reason.equals("OOMKilled")) {
            return Optional.of(new Finding(
                    ClusterError.OUT_OF_MEMORY,
                    who + " used more memory than its limit of " + memoryLimit(name),
                    evidence(code, exits, lines()),
                    "Raise resources.limits.memory, or make the process use less (for a JVM: -XX:MaxRAMPercentage).",
                    exits >= 2));
        }
        Optional<KubeObject> killer = killedByProbe(name, code);
        if (killer.isPresent()) {
            return Optional.of(ProbeFindings.killed(pod, name, killer.get(), exits));
        }
        List<String> lines = lines();
        String all = String.join("\n", lines);
        if (all.contains("exec format error")) {
            return Optional.of(StartFindings.cannotStart(name, "exec format error"));
        }
        Optional<String> telling = telling(lines);
        return Optional.of(new Finding(
                init ? ClusterError.INIT_CONTAINER : ClusterError.CRASH_LOOP,
                who + " exits with code " + code + meaning(code)
                        + telling.map(line -> ": " + line).orElse(""),
                evidence(code, exits, lines),
                all.contains("ddress already in use")
                        ? "Two processes of the pod want the same port: give one of them another."
                        : "Read the log lines: the process ends by itself.",
                exits >= 2 || CONFIGURATION_CODES.contains(code)));
    }

    /** The end that counts: of the present instance, or of the one before while the present one is not ready. */
    private JsonNode ended() {
        JsonNode now = status.at("/state/terminated");
        if (now.isObject()) {
            boolean fine = init && now.path("exitCode").asInt() == 0;
            boolean finishedJob = !init
                    && now.path("exitCode").asInt() == 0
                    && !pod.at("/spec/restartPolicy").asText("Always").equals("Always");
            return fine || finishedJob ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : now;
        }
        return status.path("ready").asBoolean(false)
                ? com.fasterxml.jackson.databind.node.MissingNode.getInstance()
                : status.at("/lastState/terminated");
    }

    private Optional<KubeObject> killedByProbe(String container, int code) {
        if (code != 137 && code != 143 && code != 0) {
            return Optional.empty();
        }
        boolean killed = events.stream()
                .anyMatch(event -> event.at("/reason").asText().equals("Killing")
                        && event.at("/message").asText().contains("ontainer " + container + " failed")
                        && event.at("/message").asText().contains("probe"));
        return killed
                ? events.stream()
                        .filter(event -> event.at("/reason").asText().equals("Unhealthy")
                                && event.at("/message").asText().matches("(?s)(Liveness|Startup) probe .*"))
                        .reduce((first, last) -> last)
                : Optional.empty();
    }

    private List<String> lines() {
        boolean over = status.at("/state/terminated").isObject();
        String name = status.path("name").asText();
        List<String> lines = logs.lastLines(pod, name, !over);
        if (lines.isEmpty()) {
            lines = logs.lastLines(pod, name, over);
        }
        return lines.stream()
                .filter(line -> !line.isBlank())
                .skip(Math.max(0, lines.stream().filter(line -> !line.isBlank()).count() - LOG_LINES))
                .map(CredentialMask::apply)
                .toList();
    }

    private List<String> evidence(int code, int exits, List<String> lines) {
        List<String> evidence = new ArrayList<>();
        evidence.add("Exit code " + code + ", " + exits + (exits == 1 ? " exit" : " exits") + " so far");
        lines.forEach(line -> evidence.add("| " + line));
        return evidence;
    }

    /** The last line that names an error; for a stack trace its outermost cause is further up than its last "Caused by". */
    private static Optional<String> telling(List<String> lines) {
        return lines.stream()
                .filter(line -> TELLING.matcher(line).matches() && !line.strip().startsWith("at "))
                .reduce((first, last) -> last)
                .or(() -> lines.isEmpty() ? Optional.empty() : Optional.of(lines.get(lines.size() - 1)))
                .map(String::strip)
                .map(line -> line.length() > 200 ? line.substring(0, 200) + "…" : line);
    }

    private static String meaning(int code) {
        return switch (code) {
            case 0 -> " (it ended without an error, but a service must keep running)";
            case 78 -> " (configuration error)";
            case 126 -> " (the command is not executable)";
            case 127 -> " (the command is not in the image)";
            case 134 -> " (aborted)";
            case 137 -> " (killed)";
            case 139 -> " (segmentation fault)";
            case 143 -> " (told to stop)";
            default -> "";
        };
    }

    private String memoryLimit(String container) {
        for (String field : new String[] {"/spec/containers", "/spec/initContainers"}) {
            for (JsonNode each : pod.at(field)) {
                if (each.path("name").asText().equals(container)) {
                    return each.at("/resources/limits/memory").asText("its node");
                }
            }
        }
        return "its node";
    }
}
