package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which pods of a DaemonSet go and on which nodes new ones come during a rolling update; after the DaemonSet controller of
 * Kubernetes. With a surge the old pod goes when the new one beside it is available; without one the old pod goes first, on as
 * many nodes at a time as may be without a pod.
 *
 * @param delete pods that go
 * @param create nodes that get a pod of the present template beside the old one
 */
record DaemonUpdate(List<ObjectNode> delete, List<String> create) {
    /** What is on one node: at most one old and one new pod, neither ended nor being deleted. */
    private record OnNode(String node, Optional<ObjectNode> old, Optional<ObjectNode> fresh) {}

    /**
     * @param set the DaemonSet
     * @param byNode its active pods on every node, nodes without one included
     * @param current whether a pod is of the present template
     * @param available whether a pod has been ready for as long as the DaemonSet asks
     */
    static DaemonUpdate of(
            ObjectNode set,
            Map<String, List<ObjectNode>> byNode,
            Predicate<ObjectNode> current,
            Predicate<ObjectNode> available) {
        List<OnNode> nodes = byNode.entrySet().stream()
                .map(entry -> new OnNode(
                        entry.getKey(),
                        entry.getValue().stream().filter(current.negate()).findFirst(),
                        entry.getValue().stream().filter(current).findFirst()))
                .toList();
        JsonNode rolling = set.at("/spec/updateStrategy/rollingUpdate");
        int surge = IntOrPercent.of(rolling.path("maxSurge"), nodes.size(), true);
        return surge > 0
                ? surging(nodes, surge, available)
                : replacing(nodes, unavailable(rolling, nodes.size()), available);
    }

    private static int unavailable(JsonNode rolling, int nodes) {
        JsonNode written = rolling.path("maxUnavailable");
        return Math.max(1, written.isMissingNode() ? 1 : IntOrPercent.of(written, nodes, true));
    }

    private static DaemonUpdate surging(List<OnNode> nodes, int surge, Predicate<ObjectNode> available) {
        List<ObjectNode> delete = new ArrayList<>();
        List<String> serving = new ArrayList<>();
        List<String> create = new ArrayList<>();
        int coming = 0;
        for (OnNode on : nodes) {
            if (on.old().isEmpty()) {
                continue;
            }
            if (on.fresh().isPresent()) {
                boolean takesOver = available.test(on.fresh().get());
                coming += takesOver ? 0 : 1;
                if (takesOver) {
                    delete.add(on.old().get());
                }
            } else if (available.test(on.old().get())) {
                serving.add(on.node());
            } else {
                create.add(on.node());
            }
        }
        create.addAll(serving.subList(0, Math.max(0, Math.min(serving.size(), surge - coming))));
        return new DaemonUpdate(delete, create);
    }

    private static DaemonUpdate replacing(List<OnNode> nodes, int mayBeAway, Predicate<ObjectNode> available) {
        List<ObjectNode> delete = new ArrayList<>();
        List<ObjectNode> serving = new ArrayList<>();
        int away = 0;
        for (OnNode on : nodes) {
            boolean freshServes = on.fresh().filter(available).isPresent();
            if (on.old().isEmpty()) {
                away += freshServes ? 0 : 1;
            } else if (on.fresh().isPresent() || !available.test(on.old().get())) {
                away += freshServes ? 0 : 1;
                delete.add(on.old().get());
            } else {
                serving.add(on.old().get());
            }
        }
        delete.addAll(serving.subList(0, Math.max(0, Math.min(serving.size(), mayBeAway - away))));
        return new DaemonUpdate(delete, List.of());
    }
}
