package dev.relevo.local.schema;

import static dev.relevo.local.schema.Fields.child;
import static dev.relevo.local.schema.Fields.object;
import static dev.relevo.local.schema.Fields.objects;
import static dev.relevo.local.schema.Fields.orElse;
import static dev.relevo.local.schema.Fields.orElseIfEmpty;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The defaults of a pod's specification, in a pod and in a template. */
final class PodDefaults {
    private static final int FILE_MODE = 0644;
    private static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers", "ephemeralContainers");

    private PodDefaults() {}

    /** Those of a workload's {@code spec.template}. */
    static void template(ObjectNode workloadSpec) {
        object(workloadSpec, "template").ifPresent(template -> {
            object(template, "metadata").ifPresent(metadata -> metadata.remove("creationTimestamp"));
            spec(child(template, "spec"));
        });
    }

    /** Those of a pod itself, which has more than a template. */
    static void pod(ObjectNode pod) {
        ObjectNode spec = child(pod, "spec");
        spec(spec);
        orElse(spec, "enableServiceLinks", true);
        for (String list : List.of("initContainers", "containers")) {
            objects(spec, list).forEach(PodDefaults::requestsFromLimits);
        }
    }

    static void spec(ObjectNode spec) {
        orElseIfEmpty(spec, "restartPolicy", "Always");
        orElseIfEmpty(spec, "dnsPolicy", "ClusterFirst");
        orElseIfEmpty(spec, "schedulerName", "default-scheduler");
        orElse(spec, "terminationGracePeriodSeconds", 30);
        child(spec, "securityContext");
        String account = spec.path("serviceAccountName")
                .asText(spec.path("serviceAccount").asText(""));
        if (!account.isEmpty()) {
            spec.put("serviceAccountName", account).put("serviceAccount", account);
        }
        for (String list : CONTAINER_LISTS) {
            objects(spec, list).forEach(container -> container(container, spec));
        }
        objects(spec, "volumes").forEach(PodDefaults::volume);
    }

    private static void container(ObjectNode container, ObjectNode spec) {
        orElseIfEmpty(container, "terminationMessagePath", "/dev/termination-log");
        orElseIfEmpty(container, "terminationMessagePolicy", "File");
        orElseIfEmpty(
                container, "imagePullPolicy", pullPolicy(container.path("image").asText()));
        child(container, "resources");
        for (ObjectNode port : objects(container, "ports")) {
            orElseIfEmpty(port, "protocol", "TCP");
            if (spec.path("hostNetwork").asBoolean()) {
                orElse(port, "hostPort", port.path("containerPort"));
            }
        }
        for (ObjectNode variable : objects(container, "env")) {
            object(variable, "valueFrom", "fieldRef").ifPresent(ref -> orElseIfEmpty(ref, "apiVersion", "v1"));
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            object(container, probe).ifPresent(PodDefaults::probe);
        }
        for (String hook : List.of("postStart", "preStop")) {
            object(container, "lifecycle", hook, "httpGet").ifPresent(PodDefaults::httpGet);
        }
    }

    /** A digest or a fixed tag is pulled once; {@code latest}, or no tag, every time. */
    private static String pullPolicy(String image) {
        if (image.contains("@")) {
            return "IfNotPresent";
        }
        String last = image.substring(image.lastIndexOf('/') + 1);
        int colon = last.indexOf(':');
        return colon < 0 || last.substring(colon + 1).equals("latest") ? "Always" : "IfNotPresent";
    }

    private static void probe(ObjectNode probe) {
        positiveOr(probe, "timeoutSeconds", 1);
        positiveOr(probe, "periodSeconds", 10);
        positiveOr(probe, "successThreshold", 1);
        positiveOr(probe, "failureThreshold", 3);
        object(probe, "httpGet").ifPresent(PodDefaults::httpGet);
        object(probe, "grpc").ifPresent(grpc -> orElse(grpc, "service", ""));
    }

    private static void positiveOr(ObjectNode object, String field, int value) {
        if (object.path(field).asInt(0) == 0) {
            object.put(field, value);
        }
    }

    private static void httpGet(ObjectNode get) {
        orElseIfEmpty(get, "path", "/");
        orElseIfEmpty(get, "scheme", "HTTP");
    }

    private static void volume(ObjectNode volume) {
        if (volume.size() == 1) {
            volume.putObject("emptyDir");
        }
        for (String source : List.of("secret", "configMap", "downwardAPI", "projected")) {
            object(volume, source).ifPresent(files -> orElse(files, "defaultMode", FILE_MODE));
        }
        object(volume, "hostPath").ifPresent(path -> orElse(path, "type", ""));
        object(volume, "downwardAPI").ifPresent(PodDefaults::downwardItems);
        object(volume, "projected").ifPresent(projected -> {
            for (ObjectNode source : objects(projected, "sources")) {
                object(source, "serviceAccountToken").ifPresent(token -> orElse(token, "expirationSeconds", 3600));
                object(source, "downwardAPI").ifPresent(PodDefaults::downwardItems);
            }
        });
    }

    private static void downwardItems(ObjectNode downward) {
        for (ObjectNode item : objects(downward, "items")) {
            object(item, "fieldRef").ifPresent(ref -> orElseIfEmpty(ref, "apiVersion", "v1"));
        }
    }

    private static void requestsFromLimits(ObjectNode container) {
        object(container, "resources", "limits").ifPresent(limits -> {
            ObjectNode requests = child(child(container, "resources"), "requests");
            for (Map.Entry<String, JsonNode> limit : limits.properties()) {
                orElse(requests, limit.getKey(), limit.getValue());
            }
        });
    }
}
