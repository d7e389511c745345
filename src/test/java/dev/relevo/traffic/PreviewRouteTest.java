package dev.relevo.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.Shop;
import org.junit.jupiter.api.Test;

/** A route of our own beside the app's, for marked requests alone. */
class PreviewRouteTest {
    @Test
    void hasTheParentsHostsAndPathsOfTheRouteAndAsksForOneMoreHeader() {
        KubeObject preview = beside("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: web, namespace: dev, annotations: {external-dns/target: x}}
                spec:
                  parentRefs: [{name: edge, namespace: infra, sectionName: http}]
                  hostnames: [shop.example.com]
                  rules:
                    - matches:
                        - {path: {type: Exact, value: /a}, headers: [{name: tenant, value: t}]}
                        - {path: {type: PathPrefix, value: /b}}
                      filters:
                        - {type: RequestMirror, requestMirror: {backendRef: {name: shadow, port: 80}}}
                        - type: ResponseHeaderModifier
                          responseHeaderModifier: {set: [{name: via, value: edge}]}
                      backendRefs: [{name: shop, port: 80, weight: 9}, {name: legacy, port: 80, weight: 1}]
                    - backendRefs: [{name: other, port: 80}]
                    - backendRefs: [{name: shop, port: 8080}]
                """);

        assertThat(preview).isEqualTo(Shop.object("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {namespace: dev, name: shop-preview, annotations: {relevo.dev/preview: "7"}}
                spec:
                  parentRefs: [{name: edge, namespace: infra, sectionName: http}]
                  hostnames: [shop.example.com]
                  rules:
                    - matches:
                        - path: {type: Exact, value: /a}
                          headers: [{name: tenant, value: t}, {name: x-relevo-preview, value: "7"}]
                        - {path: {type: PathPrefix, value: /b}, headers: [{name: x-relevo-preview, value: "7"}]}
                      filters:
                        - type: ResponseHeaderModifier
                          responseHeaderModifier:
                            set: [{name: via, value: edge}, {name: x-relevo-preview, value: "7"}]
                      backendRefs: [{name: shop-candidate, port: 80}]
                    - matches: [{headers: [{name: x-relevo-preview, value: "7"}]}]
                      filters:
                        - type: ResponseHeaderModifier
                          responseHeaderModifier: {set: [{name: x-relevo-preview, value: "7"}]}
                      backendRefs: [{name: shop-candidate, port: 8080}]
                """));
        assertThat(PreviewRoute.isPreview(preview)).isTrue();
    }

    @Test
    void besideAnIngressItIsACanaryByHeaderWhoseAnswersHaveACookieOfTheirOwn() {
        KubeObject preview = beside("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: web, namespace: dev}
                spec:
                  ingressClassName: nginx
                  rules:
                    - host: shop.example.com
                      http:
                        paths:
                          - {path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}
                          - {path: /x, pathType: Prefix, backend: {service: {name: other, port: {number: 80}}}}
                """);

        assertThat(preview).isEqualTo(Shop.object("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  namespace: dev
                  name: shop-preview
                  annotations:
                    nginx.ingress.kubernetes.io/canary: "true"
                    nginx.ingress.kubernetes.io/canary-by-header: x-relevo-preview
                    nginx.ingress.kubernetes.io/canary-by-header-value: "7"
                    nginx.ingress.kubernetes.io/affinity: cookie
                    nginx.ingress.kubernetes.io/session-cookie-name: x-relevo-preview-7
                    nginx.ingress.kubernetes.io/affinity-canary-behavior: legacy
                    relevo.dev/preview: "7"
                spec:
                  ingressClassName: nginx
                  rules:
                    - host: shop.example.com
                      http:
                        paths:
                          - path: /
                            pathType: Prefix
                            backend: {service: {name: shop-candidate, port: {number: 80}}}
                """));
    }

    private static KubeObject beside(String yaml) {
        return new PreviewRoute(Shop.object(yaml), "shop", "shop-candidate", "shop-preview", "7").object();
    }
}
