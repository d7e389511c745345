package dev.relevo.deploy;

import dev.relevo.cluster.KubeObject;
import java.util.Map;

/** An equality selector. One without labels selects nothing, as Kubernetes has it for Services. */
record Selector(Map<String, String> labels) {
    Selector {
        labels = Map.copyOf(labels);
    }

    static Selector of(KubeObject service) {
        return new Selector(service.strings("/spec/selector"));
    }

    boolean matches(Map<String, String> candidate) {
        return !labels.isEmpty() && candidate.entrySet().containsAll(labels.entrySet());
    }
}
