package dev.relevo.traffic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.KubeObject;
import java.util.Map;

/**
 * All or nothing, by the Service's selector, in one write together with the Service's ports.
 *
 * @param service the Service as the release has it
 * @param candidate labels that only the candidate's pods have
 */
public record ServiceSelector(KubeObject service, Map<String, String> candidate) implements Router {
    public ServiceSelector {
        candidate = Map.copyOf(candidate);
    }

    /** The Service as it leads to the candidate alone. */
    public KubeObject onCandidate() {
        return service.with(tree -> {
            ObjectNode selector = ((ObjectNode) tree.path("spec")).putObject("selector");
            candidate.forEach(selector::put);
        });
    }

    /** The Service as the manifests have it. */
    public KubeObject onStable() {
        return service;
    }

    @Override
    public Share share(int percent) {
        return new Share(percent, percent > 0 ? 1 : 0, 1);
    }

    @Override
    public String subject() {
        return "Service/" + service.name();
    }
}
