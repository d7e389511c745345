package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Probes that fail. They may yet succeed, so they never end a wait by themselves. */
final class ProbeFindings {
    private ProbeFindings() {}

    static List<Finding> of(KubeObject pod, List<KubeObject> events) {
        Map<String, Finding> found = new LinkedHashMap<>();
        for (KubeObject event : events) {
            if (event.at("/reason").asText().equals("Unhealthy")) {
                String type = event.at("/message").asText().split(" ", 2)[0];
                if (!type.equals("Startup") || !started(pod, container(event))) {
                    // The newest answer counts.
                    found.put(type, finding(pod, type, container(event), event, false));
                }
            }
        }
        return new ArrayList<>(found.values());
    }

    /** Whether the startup probe has succeeded since: then its earlier failures were nothing but the time that a start takes. */
    private static boolean started(KubeObject pod, String container) {
        for (JsonNode status : pod.at("/status/containerStatuses")) {
            if (status.path("name").asText().equals(container)) {
                return status.path("started").asBoolean(false);
            }
        }
        return false;
    }

    /** A container that was killed because of a probe. */
    static Finding killed(KubeObject pod, String container, KubeObject event, int exits) {
        String type = event.at("/message").asText().split(" ", 2)[0];
        Finding finding = finding(pod, type, container, event, true);
        List<String> evidence = new ArrayList<>(finding.evidence());
        evidence.add("The container was restarted for it, " + exits + (exits == 1 ? " time" : " times"));
        return new Finding(finding.code(), finding.cause(), evidence, finding.remedy(), false);
    }

    private static Finding finding(KubeObject pod, String type, String container, KubeObject event, boolean killed) {
        ClusterError code = switch (type) {
            case "Liveness" -> ClusterError.LIVENESS_PROBE;
            case "Startup" -> ClusterError.STARTUP_PROBE;
            default -> ClusterError.READINESS_PROBE;
        };
        String message = event.at("/message").asText();
        String answer = message.contains(": ") ? message.substring(message.indexOf(": ") + 2) : message;
        // One line, and without the pod's address, which is another for every pod.
        String shortened =
                answer.strip().lines().findFirst().orElse("").replaceAll("\\b\\d+\\.\\d+\\.\\d+\\.\\d+\\b", "<pod>");
        JsonNode probe = probe(pod, container, type);
        String target = target(probe);
        return new Finding(
                code,
                "The " + type.toLowerCase(Locale.ROOT) + " probe of container [" + container + "] fails"
                        + (target.isEmpty() ? "" : " (" + target + ")") + ": " + CredentialMask.apply(shortened),
                List.of(CredentialMask.apply(message.strip()) + ", "
                        + Math.max(1, event.at("/count").asInt(1)) + " times"),
                remedy(answer, target, killed),
                false);
    }

    private static String remedy(String answer, String target, boolean killed) {
        String end = killed ? " If it only starts slowly, add a startupProbe." : "";
        if (answer.contains("connection refused")) {
            return "Nothing listens at " + target + ": check the port, and that the process binds to all addresses."
                    + end;
        }
        if (answer.contains("statuscode: 404")) {
            return "The path does not exist: correct the probe's path." + end;
        }
        if (answer.contains("deadline exceeded") || answer.contains("Timeout") || answer.contains("timed out")) {
            return "The answer takes longer than the probe's timeoutSeconds: raise it, or make the answer cheaper."
                    + end;
        }
        return "Read the container's log for why it answers so." + end;
    }

    private static String container(KubeObject event) {
        String path = event.at("/involvedObject/fieldPath").asText("");
        int open = path.indexOf('{');
        return open < 0 ? "?" : path.substring(open + 1, path.length() - 1);
    }

    private static JsonNode probe(KubeObject pod, String container, String type) {
        for (String field : new String[] {"/spec/containers", "/spec/initContainers"}) {
            for (JsonNode each : pod.at(field)) {
                if (each.path("name").asText().equals(container)) {
                    return each.path(type.toLowerCase(Locale.ROOT) + "Probe");
                }
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private static String target(JsonNode probe) {
        if (probe.has("httpGet")) {
            JsonNode get = probe.path("httpGet");
            return "GET " + get.path("path").asText("/") + " on port "
                    + get.path("port").asText();
        }
        if (probe.has("tcpSocket")) {
            return "port " + probe.at("/tcpSocket/port").asText();
        }
        if (probe.has("grpc")) {
            return "gRPC on port " + probe.at("/grpc/port").asText();
        }
        return probe.has("exec") ? "command " + probe.at("/exec/command/0").asText() : "";
    }
}
