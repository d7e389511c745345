package dev.relevo.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.report.ErrorCode;
import dev.relevo.report.RelevoException;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class InjectionTest {
    private static final String REPOSITORY = "example.com/shop";
    private static final String IMAGE = REPOSITORY + "@sha256:" + "a".repeat(64);
    private static final String SHOP = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop}
            spec:
              selector: {matchLabels: {app: shop}}
              template:
                metadata: {labels: {app: shop}}
                spec:
                  initContainers:
                    - {name: migrate, image: "example.com/shop:dev", envFrom: [{configMapRef: {name: shop-config}}]}
                  containers:
                    - name: app
                      image: example.com/shop:dev
                      env: [{name: A, valueFrom: {configMapKeyRef: {name: shop-config, key: a}}}]
                    - {name: proxy, image: "proxy:1", envFrom: [{configMapRef: {name: other}}]}
                  volumes:
                    - {name: one, configMap: {name: shop-config}}
                    - {name: two, projected: {sources: [{configMap: {name: shop-config}}, {secret: {name: shop-config}}]}}
            """;

    @Test
    void every_reference_to_the_configuration_follows_the_hash_and_no_other() {
        String text = injected(SHOP)
                .find(Kind.DEPLOYMENT, "shop")
                .orElseThrow()
                .object()
                .tree()
                .toString();

        assertThat(text.split("shop-config-1a2b", -1)).hasSize(5);
        assertThat(text).contains("\"secret\":{\"name\":\"shop-config\"}").contains("\"name\":\"other\"");
    }

    @Test
    void the_image_goes_by_digest_into_every_container_that_runs_it() {
        KubeObject shop =
                injected(SHOP).find(Kind.DEPLOYMENT, "shop").orElseThrow().object();

        assertThat(shop.at("/spec/template/spec/containers/0/image").asText()).isEqualTo(IMAGE);
        assertThat(shop.at("/spec/template/spec/initContainers/0/image").asText())
                .isEqualTo(IMAGE);
        assertThat(shop.at("/spec/template/spec/containers/1/image").asText()).isEqualTo("proxy:1");
    }

    @Test
    void objects_are_labelled_and_placed_but_selectors_and_pods_stay_as_written() {
        Manifests manifests = injected(SHOP
                + "---\n{apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {selector: {app: shop}}}\n"
                + "---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: reader}}\n");

        KubeObject shop = manifests.find(Kind.DEPLOYMENT, "shop").orElseThrow().object();
        assertThat(shop.labels())
                .containsEntry("relevo.dev/app", "shop")
                .containsEntry("app.kubernetes.io/managed-by", "relevo");
        assertThat(shop.strings("/spec/selector/matchLabels")).containsOnlyKeys("app");
        assertThat(shop.strings("/spec/template/metadata/labels")).containsOnlyKeys("app");
        assertThat(manifests.objects())
                .extracting(object -> object.kind().name() + ":" + object.namespace())
                .containsExactly("ClusterRole:", "Service:dev", "Deployment:dev");
    }

    @Test
    void the_same_configmap_in_the_manifests_is_refused() {
        assertThat(codeOf(() -> injected(SHOP
                        + "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: shop-config}, data: {a: b}}\n")))
                .isEqualTo(ManifestError.CONFIG_MAP_TWICE);
    }

    @Test
    void another_namespace_and_an_image_without_digest_are_refused() {
        assertThat(codeOf(() -> injected(SHOP.replace("{name: shop}\n", "{name: shop, namespace: prod}\n"))))
                .isEqualTo(ManifestError.NAMESPACE);
        Manifests manifests = manifests(SHOP);
        Workload workload = Workload.find(manifests, Optional.empty(), Optional.empty(), REPOSITORY);
        assertThat(codeOf(() -> new Injection("shop", "dev", "example.com/shop:latest", workload, Optional.empty())))
                .isEqualTo(ManifestError.IMAGE);
    }

    @Nested
    class TheWorkload {
        @Test
        void is_the_only_deployment_and_the_container_with_the_projects_image() {
            Workload found = Workload.find(manifests(SHOP), Optional.empty(), Optional.empty(), REPOSITORY);

            assertThat(found.object().name()).isEqualTo("shop");
            assertThat(found.container()).isEqualTo("app");
        }

        @Test
        void none_and_several_are_told_with_their_places() {
            String two = SHOP + "---\n" + SHOP.replace("name: shop}", "name: worker}");
            assertThat(codeOf(() -> find("{apiVersion: v1, kind: Service, metadata: {name: x}}", Optional.empty())))
                    .isEqualTo(ManifestError.NO_WORKLOAD);
            RelevoException several = catchThrowableOfType(RelevoException.class, () -> find(two, Optional.empty()));
            assertThat(several.problem().code()).isEqualTo(ManifestError.AMBIGUOUS_WORKLOAD);
            assertThat(several.problem().details())
                    .containsExactly("all.yaml:1: Deployment/shop", "all.yaml:20: Deployment/worker");
            assertThat(find(two, Optional.of("worker")).object().name()).isEqualTo("worker");
            assertThat(codeOf(() -> find(two, Optional.of("nobody")))).isEqualTo(ManifestError.NO_WORKLOAD);
        }

        @Test
        void is_a_stateful_set_where_there_is_no_deployment_or_where_it_is_named() {
            String set = SHOP.replace("kind: Deployment", "kind: StatefulSet");
            String both = SHOP + "---\n" + set;

            assertThat(find(set, Optional.empty()).ref().kind()).isEqualTo(Kind.STATEFUL_SET);
            assertThat(find(both, Optional.empty()).ref().kind()).isEqualTo(Kind.DEPLOYMENT);
            assertThat(find(both, Optional.of("StatefulSet/shop")).ref().kind()).isEqualTo(Kind.STATEFUL_SET);
        }

        @Test
        void a_container_that_cannot_be_told_is_a_mistake() {
            assertThat(codeOf(() ->
                            Workload.find(manifests(SHOP), Optional.empty(), Optional.empty(), "example.com/unknown")))
                    .isEqualTo(ManifestError.CONTAINER);
            assertThat(codeOf(
                            () -> Workload.find(manifests(SHOP), Optional.empty(), Optional.of("nobody"), REPOSITORY)))
                    .isEqualTo(ManifestError.CONTAINER);
        }

        private Workload find(String yaml, Optional<String> name) {
            return Workload.find(manifests(yaml), name, Optional.empty(), REPOSITORY);
        }
    }

    private static Manifests injected(String yaml) {
        Manifests manifests = manifests(yaml);
        Workload workload = Workload.find(manifests, Optional.empty(), Optional.empty(), REPOSITORY);
        return new Injection(
                        "shop",
                        "dev",
                        IMAGE,
                        workload,
                        Optional.of(new Injection.ConfigName("shop-config", "shop-config-1a2b")))
                .into(manifests);
    }

    private static Manifests manifests(String yaml) {
        return new Manifests(List.copyOf(ManifestReader.parse(yaml, "all.yaml")));
    }

    private static ErrorCode codeOf(ThrowingCallable action) {
        return catchThrowableOfType(RelevoException.class, action).problem().code();
    }
}
