package dev.relevo.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import java.util.Set;

/**
 * By the weight of a canary Ingress of ingress-nginx: a sibling of the Ingress that leads to the app's Service. It leads to the
 * candidate's, and is there only while the candidate has a share. The app's own Ingress is never touched.
 *
 * @param sibling the canary Ingress, without its weight
 * @see <a href="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary">Annotations of
 *     ingress-nginx: canary</a>
 * @see <a href="https://learn.microsoft.com/azure/aks/app-routing">AKS: managed NGINX ingress with the application routing
 *     add-on</a>
 */
public record IngressCanary(KubeObject sibling) implements Router {
    private static final String CANARY = "nginx.ingress.kubernetes.io/canary";
    private static final String WEIGHT = "nginx.ingress.kubernetes.io/canary-weight";
    /** What ingress-nginx calls its class, and what AKS' application routing add-on calls that of the one that it installs. */
    private static final Set<String> CLASSES = Set.of("nginx", "webapprouting.kubernetes.azure.com");
    /** How a class was named before Ingresses had a field for it. */
    private static final String LEGACY_CLASS = "kubernetes.io/ingress.class";

    private static final String SERVICE_NAME = "/backend/service/name";

    /** Whether this is an Ingress of ingress-nginx with a path that leads to this Service. */
    public static boolean leadsTo(KubeObject ingress, String service) {
        return ofNginx(ingress) && rules(ingress.tree(), service).size() > 0;
    }

    /** Whether a share can be taken from this Ingress: a canary has none beside it. */
    public static boolean canShare(KubeObject ingress) {
        return !"true".equals(ingress.annotations().get(CANARY));
    }

    private static boolean ofNginx(KubeObject ingress) {
        return ingress.kind().sameGroupAndName(Kind.INGRESS)
                && CLASSES.contains(ingress.at("/spec/ingressClassName").asText(legacyClass(ingress)));
    }

    private static String legacyClass(KubeObject ingress) {
        return ingress.annotations().getOrDefault(LEGACY_CLASS, "");
    }

    /**
     * The router for an Ingress that leads to the app's Service.
     *
     * @param service the app's Service
     * @param candidate the candidate's Service, which has the same ports
     */
    public static IngressCanary beside(KubeObject ingress, String service, String candidate) {
        KubeObject bare = KubeObject.named(siblingOf(ingress.ref())).with(tree -> {
            ObjectNode spec = tree.putObject("spec");
            JsonNode named = ingress.at("/spec/ingressClassName");
            if (named.isTextual()) {
                spec.put("ingressClassName", named.asText());
            }
            ArrayNode rules = spec.putArray("rules");
            rules(ingress.tree(), service).forEach(rule -> {
                rule.at("/http/paths")
                        .forEach(path -> ((ObjectNode) path.at("/backend/service")).put("name", candidate));
                rules.add(rule);
            });
        });
        KubeObject legacy = ingress.at("/spec/ingressClassName").isTextual()
                ? bare
                : bare.withAnnotation(LEGACY_CLASS, legacyClass(ingress));
        return new IngressCanary(legacy.withAnnotation(CANARY, "true"));
    }

    /** The router for a canary Ingress that is to go. */
    public static IngressCanary gone(ObjectRef sibling) {
        return new IngressCanary(KubeObject.named(sibling));
    }

    private static ObjectRef siblingOf(ObjectRef ingress) {
        return new ObjectRef(ingress.kind(), ingress.namespace(), ingress.name() + "-candidate");
    }

    /** Copies of the rules, with those of their paths that lead to the Service. */
    private static ArrayNode rules(ObjectNode ingress, String service) {
        ArrayNode found = ingress.arrayNode();
        for (JsonNode rule : ingress.at("/spec/rules")) {
            ObjectNode copy = rule.deepCopy();
            ArrayNode paths = ingress.arrayNode();
            rule.at("/http/paths").forEach(path -> {
                if (path.at(SERVICE_NAME).asText().equals(service)) {
                    paths.add(path.deepCopy());
                }
            });
            if (!paths.isEmpty()) {
                copy.putObject("http").set("paths", paths);
                found.add(copy);
            }
        }
        return found;
    }

    /**
     * The canary Ingress with this weight.
     *
     * @param percent 1 to 100
     */
    public KubeObject at(int percent) {
        return sibling.withAnnotation(WEIGHT, Integer.toString(percent));
    }

    @Override
    public Share share(int percent) {
        return new Share(percent, percent, 100);
    }

    @Override
    public String subject() {
        return "Ingress/" + sibling.name();
    }
}
