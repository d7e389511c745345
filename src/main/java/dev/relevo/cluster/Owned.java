package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Who owns what among workloads, ReplicaSets and pods, and what they say about themselves. */
final class Owned {
    static final String HASH = "pod-template-hash";
    static final String REVISION = "deployment.kubernetes.io/revision";

    private Owned() {}

    /** Whether {@code owner} controls {@code object}. */
    static boolean by(KubeObject object, KubeObject owner) {
        if (!object.namespace().equals(owner.namespace())) {
            return false;
        }
        for (JsonNode reference : object.at("/metadata/ownerReferences")) {
            if (!owner.uid().isEmpty() && reference.path("uid").asText().equals(owner.uid())) {
                return true;
            }
        }
        return false;
    }

    /** A workload's pod template without the label that the controller adds. */
    static JsonNode template(KubeObject workload) {
        JsonNode template = workload.at("/spec/template").deepCopy();
        if (template.at("/metadata/labels") instanceof ObjectNode labels) {
            labels.remove(HASH);
        }
        return template;
    }

    /** Wanted number of pods. */
    static int wanted(KubeObject workload) {
        return workload.kind().name().equals("DaemonSet")
                ? workload.at("/status/desiredNumberScheduled").asInt(0)
                : workload.at("/spec/replicas").asInt(1);
    }

    /** Whether a pod's Ready condition is true. */
    static boolean ready(KubeObject pod) {
        return condition(pod, "Ready").path("status").asText().equals("True");
    }

    /** A condition of an object; a missing node when there is none. */
    static JsonNode condition(KubeObject object, String type) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }
}
