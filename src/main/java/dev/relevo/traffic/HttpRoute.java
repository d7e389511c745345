package dev.relevo.traffic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * By weights in a Gateway API HTTPRoute. Only the backend references to the app's Service are touched: each is given a
 * neighbour for the candidate, and on request one for a baseline with as much as the candidate has, and they share the weight
 * that the one had, so that whatever else the route does stays as it is. The weights from before are kept in an annotation until the neighbours go.
 *
 * @param route where the route is
 * @param service the app's Service
 * @param candidate the candidate's Service
 * @param baseline the Service of the old version that the candidate is compared with
 * @param compared whether the baseline has a share
 */
public record HttpRoute(ObjectRef route, String service, String candidate, String baseline, boolean compared)
        implements Router {
    private static final String BEFORE = "relevo.dev/weights-before";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** What a reference counts when it has no weight (Gateway API). */
    private static final int DEFAULT_WEIGHT = 1;
    /** The weight that is shared where no other backend stands beside the app's. */
    private static final int WHOLE = 100;

    /** The same where the baseline has no share. */
    public HttpRoute alone() {
        return new HttpRoute(route, service, candidate, baseline, false);
    }

    /** Whether the live route sends anything to this Service. */
    public static boolean leadsTo(KubeObject route, String service) {
        return refs(route.tree()).stream().anyMatch(ref -> names(ref, service, route.namespace()));
    }

    /** The part of the traffic for the app that the live route gives to the candidate. */
    public Share observed(KubeObject live) {
        int mine = 0;
        int total = 0;
        for (ObjectNode ref : refs(live.tree())) {
            int weight = ref.path("weight").asInt(DEFAULT_WEIGHT);
            if (names(ref, candidate, route.namespace())) {
                mine += weight;
                total += weight;
            } else if (names(ref, service, route.namespace()) || names(ref, baseline, route.namespace())) {
                total += weight;
            }
        }
        return new Share(total == 0 ? 0 : (int) Math.round(100.0 * mine / total), mine, total);
    }

    /**
     * The live route with this share for the candidate; 0 takes the candidate out and restores the weights from before.
     *
     * @return the changed route, or why its weights cannot be shared
     */
    public Shifted shifted(KubeObject live, int percent) {
        ObjectNode tree = live.tree();
        List<Optional<Integer>> before =
                leadsTo(live, candidate) || leadsTo(live, baseline) ? before(live) : new ArrayList<>();
        int seen = 0;
        for (JsonNode rule : tree.at("/spec/rules")) {
            if (!(rule.get("backendRefs") instanceof ArrayNode refs)) {
                continue;
            }
            boolean alone = alone(refs);
            for (int i = refs.size() - 1; i >= 0; i--) {
                if (ours(refs.get(i))) {
                    refs.remove(i);
                }
            }
            for (int i = 0; i < refs.size(); i++) {
                if (!(refs.get(i) instanceof ObjectNode ref) || !names(ref, service, route.namespace())) {
                    continue;
                }
                Optional<Integer> own = seen < before.size() ? before.get(seen) : weight(ref);
                if (seen >= before.size()) {
                    before.add(own);
                }
                seen++;
                if (percent <= 0) {
                    own.ifPresentOrElse(weight -> ref.put("weight", weight), () -> ref.remove("weight"));
                    continue;
                }
                int shared = alone ? WHOLE : own.orElse(DEFAULT_WEIGHT);
                int given = (int) Math.max(1, Math.round(shared * percent / 100.0));
                if (shared > 0 && given >= shared && percent < 100) {
                    return new Shifted(Optional.empty(), tooSmall(live, shared));
                }
                int candidates = shared == 0 ? 0 : given;
                int baselines = compared ? Math.min(candidates, shared - candidates) : 0;
                refs.insert(i + 1, ref.deepCopy().put("name", candidate).put("weight", candidates));
                if (compared) {
                    refs.insert(i + 2, ref.deepCopy().put("name", baseline).put("weight", baselines));
                }
                ref.put("weight", shared - candidates - baselines);
                i += compared ? 2 : 1;
            }
        }
        remember(tree, before, percent);
        return new Shifted(Optional.of(KubeObject.of(tree)), "");
    }

    private String tooSmall(KubeObject live, int shared) {
        return live.ref() + " gives Service [" + service + "] the weight " + shared
                + " beside other backends, too little to share; give all backends of that rule larger weights, e.g. times 100";
    }

    private boolean alone(ArrayNode refs) {
        int own = 0;
        for (JsonNode ref : refs) {
            if (names(ref, service, route.namespace())) {
                own++;
            } else if (!ours(ref)) {
                return false;
            }
        }
        return own == 1;
    }

    private boolean ours(JsonNode ref) {
        return names(ref, candidate, route.namespace()) || names(ref, baseline, route.namespace());
    }

    private static void remember(ObjectNode tree, List<Optional<Integer>> before, int percent) {
        ObjectNode metadata = (ObjectNode) tree.path("metadata");
        ObjectNode annotations =
                metadata.get("annotations") instanceof ObjectNode found ? found : metadata.putObject("annotations");
        if (percent > 0) {
            ArrayNode weights = MAPPER.createArrayNode();
            before.forEach(weight -> weight.ifPresentOrElse(weights::add, weights::addNull));
            annotations.put(BEFORE, weights.toString());
        } else {
            annotations.remove(BEFORE);
        }
        if (annotations.isEmpty()) {
            metadata.remove("annotations");
        }
    }

    private static List<Optional<Integer>> before(KubeObject live) {
        List<Optional<Integer>> weights = new ArrayList<>();
        try {
            for (JsonNode weight : MAPPER.readTree(live.annotation(BEFORE).orElse("[]"))) {
                weights.add(weight.isNumber() ? Optional.of(weight.asInt()) : Optional.empty());
            }
        } catch (JsonProcessingException unreadable) {
            // Somebody else wrote the annotation; what the route says now is then all there is to keep.
            weights.clear();
        }
        return weights;
    }

    private static Optional<Integer> weight(ObjectNode ref) {
        return ref.path("weight").isNumber() ? Optional.of(ref.path("weight").asInt()) : Optional.empty();
    }

    private static List<ObjectNode> refs(ObjectNode route) {
        List<ObjectNode> refs = new ArrayList<>();
        route.at("/spec/rules")
                .forEach(rule -> rule.path("backendRefs").forEach(ref -> {
                    if (ref instanceof ObjectNode object) {
                        refs.add(object);
                    }
                }));
        return refs;
    }

    /** Whether a backend reference of a route in this namespace means this Service. */
    static boolean names(JsonNode ref, String service, String namespace) {
        return service.equals(ref.path("name").asText())
                && ref.path("namespace").asText(namespace).equals(namespace)
                && ref.path("group").asText("").isEmpty()
                && "Service".equals(ref.path("kind").asText("Service"));
    }

    @Override
    public Share share(int percent) {
        return new Share(percent, percent, 100);
    }

    @Override
    public String subject() {
        return "HTTPRoute/" + route.name();
    }

    /**
     * The outcome of a shift.
     *
     * @param route empty when it cannot be done
     * @param why then the reason, else empty
     */
    public record Shifted(Optional<KubeObject> route, String why) {}
}
