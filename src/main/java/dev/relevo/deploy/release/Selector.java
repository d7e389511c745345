package dev.relevo.deploy.release;

import dev.relevo.cluster.KubeObject;
import java.util.Map;

/** An equality selector. One without labels selects nothing, as Kubernetes has it for Services. */
public record Selector(Map<String, String> labels) {
    public Selector {
        labels = Map.copyOf(labels);
    }

    public static Selector of(KubeObject service) {
        return new Selector(service.strings("/spec/selector"));
    }

    public boolean matches(Map<String, String> candidate) {
        return !labels.isEmpty() && candidate.entrySet().containsAll(labels.entrySet());
    }
}
