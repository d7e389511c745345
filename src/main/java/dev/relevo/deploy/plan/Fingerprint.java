package dev.relevo.deploy.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.Rollout;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Template;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What tells the versions of a live object apart, part by part: what people and Relevo write, not what controllers report.
 * Plain numbers, switches and images stand as they are, everything else as a hash. Of a Secret only its version is told, so
 * that nothing can be guessed from it.
 */
final class Fingerprint {
    private static final String HASHED = "sha256:";
    private static final int LENGTH = 16;
    /** Controllers write these. */
    private static final Set<String> REPORTED = Set.of("apiVersion", "kind", "metadata", "status");

    /** A controller's, and the number of a release, which the releases themselves tell. */
    private static final Set<String> NUMBERS = Set.of("deployment.kubernetes.io/revision", Marks.RELEASE);

    private Fingerprint() {}

    /**
     * The parts.
     *
     * @param scaled whether an autoscaler says how many pods there are
     */
    static Map<String, String> of(KubeObject live, boolean scaled) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("uid", live.uid());
        if (live.kind().sameGroupAndName(Kind.SECRET)) {
            parts.put("resourceVersion", live.resourceVersion());
            return parts;
        }
        if (live.deleting()) {
            parts.put("deletion", "begun");
        }
        put(parts, "metadata.labels", live.at("/metadata/labels"));
        ObjectNode annotations = Json.object();
        live.annotations().forEach((key, value) -> {
            if (!NUMBERS.contains(key)) {
                annotations.put(key, value);
            }
        });
        put(parts, "metadata.annotations", annotations);
        live.tree().properties().forEach(entry -> {
            if (!REPORTED.contains(entry.getKey())) {
                section(parts, entry.getKey(), entry.getValue());
            }
        });
        if (Rollout.KINDS.contains(live.kind())) {
            Template.images(live).forEach((container, image) -> parts.put("image of " + container, image));
            if (scaled) {
                parts.remove("spec.replicas");
            }
        }
        return parts;
    }

    private static void section(Map<String, String> parts, String name, JsonNode value) {
        if (value instanceof ObjectNode section) {
            section.properties().forEach(entry -> put(parts, name + "." + entry.getKey(), entry.getValue()));
        } else {
            put(parts, name, value);
        }
    }

    private static void put(Map<String, String> parts, String name, JsonNode value) {
        if (value.isNumber() || value.isBoolean()) {
            parts.put(name, value.asText());
        } else if (!value.isMissingNode() && !value.isNull() && !(value.isContainerNode() && value.isEmpty())) {
            parts.put(name, HASHED + Json.sha256(Json.canonical(value)).substring(0, LENGTH));
        }
    }

    /** Whether a part stands as it is. */
    static boolean readable(String part) {
        return !part.startsWith(HASHED);
    }
}
