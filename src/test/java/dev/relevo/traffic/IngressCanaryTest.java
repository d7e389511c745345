package dev.relevo.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.cluster.KubeObject;
import org.junit.jupiter.api.Test;

class IngressCanaryTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void theSiblingHasThePathsOfTheAppAloneAndLeadsToTheCandidate() throws Exception {
        KubeObject ingress = ingress("ingressClassName: nginx");

        KubeObject sibling =
                IngressCanary.beside(ingress, "shop", "shop-candidate").at(20);

        assertThat(sibling).isEqualTo(object("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: edge-candidate
                  namespace: dev
                  annotations:
                    nginx.ingress.kubernetes.io/canary: "true"
                    nginx.ingress.kubernetes.io/canary-weight: "20"
                spec:
                  ingressClassName: nginx
                  rules:
                    - host: shop.example
                      http:
                        paths:
                          - path: /
                            pathType: Prefix
                            backend: {service: {name: shop-candidate, port: {name: http}}}
                """));
    }

    @Test
    void aClassAsItWasNamedOnceIsKeptSo() throws Exception {
        KubeObject ingress = ingress("defaultBackend: {service: {name: other, port: {number: 1}}}")
                .withAnnotation("kubernetes.io/ingress.class", "nginx");

        KubeObject sibling =
                IngressCanary.beside(ingress, "shop", "shop-candidate").at(5);

        assertThat(sibling.annotations()).containsEntry("kubernetes.io/ingress.class", "nginx");
        assertThat(sibling.at("/spec/ingressClassName").isMissingNode()).isTrue();
        assertThat(sibling.at("/spec/defaultBackend").isMissingNode()).isTrue();
    }

    @Test
    void onlyAnIngressOfNginxWithAPathToTheServiceLeadsThere() throws Exception {
        assertThat(IngressCanary.leadsTo(ingress("ingressClassName: nginx"), "shop"))
                .isTrue();
        assertThat(IngressCanary.leadsTo(ingress("ingressClassName: nginx"), "nowhere"))
                .isFalse();
        assertThat(IngressCanary.leadsTo(ingress("ingressClassName: traefik"), "shop"))
                .isFalse();
        assertThat(IngressCanary.leadsTo(ingress("tls: []"), "shop")).isFalse();
    }

    @Test
    void theClassOfAksIsIngressNginxTooAndStaysWhatItIs() throws Exception {
        KubeObject named = ingress("ingressClassName: webapprouting.kubernetes.azure.com");
        KubeObject annotated =
                ingress("tls: []").withAnnotation("kubernetes.io/ingress.class", "webapprouting.kubernetes.azure.com");

        assertThat(IngressCanary.leadsTo(named, "shop")).isTrue();
        assertThat(IngressCanary.leadsTo(annotated, "shop")).isTrue();
        assertThat(IngressCanary.beside(named, "shop", "other")
                        .sibling()
                        .at("/spec/ingressClassName")
                        .asText())
                .isEqualTo("webapprouting.kubernetes.azure.com");
        assertThat(IngressCanary.beside(annotated, "shop", "other").sibling().annotations())
                .containsEntry("kubernetes.io/ingress.class", "webapprouting.kubernetes.azure.com");
    }

    @Test
    void aCanaryHasNoneBesideIt() throws Exception {
        KubeObject ingress = ingress("ingressClassName: nginx");

        assertThat(IngressCanary.canShare(ingress)).isTrue();
        assertThat(IngressCanary.canShare(
                        IngressCanary.beside(ingress, "shop", "other").at(10)))
                .isFalse();
    }

    private static KubeObject ingress(String more) throws Exception {
        return object("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: edge, namespace: dev, labels: {a: b}}
                spec:
                  %s
                  rules:
                    - host: shop.example
                      http:
                        paths:
                          - path: /
                            pathType: Prefix
                            backend: {service: {name: shop, port: {name: http}}}
                          - path: /other
                            pathType: Prefix
                            backend: {service: {name: other, port: {number: 80}}}
                    - host: other.example
                      http:
                        paths:
                          - path: /
                            pathType: Prefix
                            backend: {service: {name: other, port: {number: 80}}}
                """.formatted(more));
    }

    private static KubeObject object(String yaml) throws Exception {
        return KubeObject.of((ObjectNode) YAML.readTree(yaml));
    }
}
