package dev.relevo.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;

/**
 * A route of our own beside one that leads to the app. It has the same parents, hosts and paths, and gives the candidate those
 * requests that carry {@value #HEADER} with the mark; everybody else's go where they went. By the rules of the Gateway API the
 * match with more headers comes first; ingress-nginx has canaries by header. Answers that came this way say so: by a header of
 * the same name, or, from ingress-nginx, by a cookie, so that another version's answer is never taken for the candidate's.
 *
 * @param beside the live HTTPRoute, or Ingress of ingress-nginx, that leads to the app's Service
 * @param service the app's Service
 * @param candidate the candidate's Service, which has the same ports
 * @param name of the preview
 * @param mark the value of the header
 * @see <a href="https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule">HTTPRouteRule: precedence of matches</a>
 */
public record PreviewRoute(KubeObject beside, String service, String candidate, String name, String mark) {
    /** What a request carries that is meant for the candidate, and what its answer carries. */
    public static final String HEADER = "x-relevo-preview";

    private static final String MARK = "relevo.dev/preview";
    private static final String NGINX = "nginx.ingress.kubernetes.io/";
    private static final String RESPONSE = "ResponseHeaderModifier";

    /** Whether this is a preview that somebody has left. */
    public static boolean isPreview(KubeObject route) {
        return route.annotations().containsKey(MARK);
    }

    /** The cookie by which an answer through ingress-nginx shows who gave it. */
    public static String cookie(String mark) {
        return HEADER + "-" + mark;
    }

    /** Where it is. */
    public ObjectRef ref() {
        return new ObjectRef(beside.kind(), beside.namespace(), name);
    }

    /** The preview as it is written. */
    public KubeObject object() {
        KubeObject route = beside.kind().sameGroupAndName(Kind.INGRESS) ? ingress() : httpRoute();
        return route.withAnnotation(MARK, mark);
    }

    private KubeObject httpRoute() {
        return KubeObject.named(ref()).with(tree -> {
            ObjectNode spec = tree.putObject("spec");
            for (String same : new String[] {"parentRefs", "hostnames"}) {
                if (beside.at("/spec/" + same) instanceof ArrayNode list) {
                    spec.set(same, list.deepCopy());
                }
            }
            ArrayNode rules = spec.putArray("rules");
            beside.at("/spec/rules").forEach(rule -> {
                if (rule instanceof ObjectNode object && toApp(object).size() > 0) {
                    rules.add(marked(object.deepCopy()));
                }
            });
        });
    }

    /** The rule for marked requests alone, which go to the candidate. */
    private ObjectNode marked(ObjectNode rule) {
        ObjectNode backend = (ObjectNode) toApp(rule).get(0);
        backend.remove("weight");
        rule.putArray("backendRefs").add(backend.put("name", candidate));
        if (!(rule.get("matches") instanceof ArrayNode) || rule.get("matches").isEmpty()) {
            rule.putArray("matches").addObject();
        }
        rule.get("matches")
                .forEach(match -> ((ObjectNode) match)
                        .withArray("headers")
                        .addObject()
                        .put("name", HEADER)
                        .put("value", mark));
        ArrayNode filters = rule.arrayNode();
        ObjectNode answers = filters.objectNode();
        for (JsonNode filter : rule.path("filters")) {
            String type = filter.path("type").asText();
            if (type.equals(RESPONSE)) {
                // A rule has one of these at most.
                answers = (ObjectNode) filter;
            } else if (!type.equals("RequestMirror")) {
                filters.add(filter);
            }
        }
        answers.put("type", RESPONSE);
        answers.withObject("/responseHeaderModifier")
                .withArray("set")
                .addObject()
                .put("name", HEADER)
                .put("value", mark);
        filters.add(answers);
        rule.set("filters", filters);
        return rule;
    }

    private ArrayNode toApp(ObjectNode rule) {
        ArrayNode mine = rule.arrayNode();
        rule.path("backendRefs").forEach(ref -> {
            if (HttpRoute.names(ref, service, beside.namespace())) {
                mine.add(ref.deepCopy());
            }
        });
        return mine;
    }

    private KubeObject ingress() {
        KubeObject sibling = IngressCanary.beside(beside, service, candidate).sibling();
        return KubeObject.named(ref())
                .with(tree -> {
                    tree.set("spec", sibling.at("/spec").deepCopy());
                    ((ObjectNode) tree.path("metadata"))
                            .set(
                                    "annotations",
                                    sibling.at("/metadata/annotations").deepCopy());
                })
                .withAnnotation(NGINX + "canary-by-header", HEADER)
                .withAnnotation(NGINX + "canary-by-header-value", mark)
                .withAnnotation(NGINX + "affinity", "cookie")
                .withAnnotation(NGINX + "session-cookie-name", cookie(mark))
                // Else the affinity of the app's own Ingress, or that it has none, would count here too.
                .withAnnotation(NGINX + "affinity-canary-behavior", "legacy");
    }
}
