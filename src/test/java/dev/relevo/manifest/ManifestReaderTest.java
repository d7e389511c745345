package dev.relevo.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop}
            spec:
              replicas: 2
              selector: {matchLabels: {app: shop}}
              template:
                metadata: {labels: {app: shop}}
                spec:
                  serviceAccountName: shop
                  volumes:
                    - {name: data, configMap: {name: shop-config, defaultMode: 0644}}
                    - {name: tls, secret: {secretName: shop-tls}}
                  containers:
                    - name: app
                      image: example.com/shop:1
                      ports: [{containerPort: 8080}]
                      env:
                        - {name: A, value: "1"}
                        - {name: B, value: "2"}
                    - name: proxy
                      image: proxy:9
            """;
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: shop}
            spec: {selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
            """;

    @TempDir
    Path project;

    @Nested
    class Folders {
        @Test
        void files_of_a_folder_are_read_in_apply_order_with_their_places() throws IOException {
            write("k8s/a.yaml", DEPLOYMENT + "---\n" + SERVICE);
            write("k8s/b.json", "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"}}");
            write("k8s/README.md", "no manifest");
            write("k8s/.hidden.yaml", "a: b");

            Manifests manifests = read("k8s");

            assertThat(manifests.items())
                    .extracting(
                            item -> item.source() + " " + item.object().kind().name())
                    .containsExactly("k8s/b.json:1 ConfigMap", "k8s/a.yaml:24 Service", "k8s/a.yaml:1 Deployment");
        }

        @Test
        void lists_are_taken_apart_and_empty_documents_ignored() throws IOException {
            write(
                    "all.yml",
                    "---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n"
                            + "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n");

            assertThat(read("all.yml").objects()).extracting(KubeObject::name).containsExactly("s", "c");
        }

        @Test
        void yaml_means_what_kubectl_makes_of_it() throws IOException {
            write("m.yaml", """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: c}
                    base: &base {mode: 0644, hex: 0x10}
                    merged: {<<: *base, on: "no"}
                    values: [yes, 12:30, 2026-01-01, 1e3, ~, "08"]
                    """);

            KubeObject object = read("m.yaml").objects().get(0);

            assertThat(object.at("/merged").toString()).isEqualTo("{\"mode\":420,\"hex\":16,\"true\":\"no\"}");
            assertThat(object.at("/values").toString()).isEqualTo("[true,\"12:30\",\"2026-01-01\",1000.0,null,\"08\"]");
        }

        @Test
        void a_mistake_is_told_with_file_and_line() throws IOException {
            write("k8s/bad.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: x\nspec: 1\n");

            Problem problem = refused("k8s");

            assertThat(problem.code()).isEqualTo(ManifestError.SYNTAX);
            assertThat(problem.summary()).contains("k8s/bad.yaml:4");
        }

        @Test
        void a_key_that_is_there_twice_is_a_mistake() throws IOException {
            write("k8s/twice.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nkind: Secret\n");

            assertThat(refused("k8s").code()).isEqualTo(ManifestError.SYNTAX);
        }

        @Test
        void a_document_that_is_no_object_is_told_with_its_place() throws IOException {
            write("k8s/values.yaml", SERVICE + "---\nreplicas: 3\n");

            Problem problem = refused("k8s");

            assertThat(problem.code()).isEqualTo(ManifestError.NOT_AN_OBJECT);
            assertThat(problem.summary()).contains("k8s/values.yaml:6").contains("apiVersion");
        }

        @Test
        void the_same_object_twice_names_both_places() throws IOException {
            write("k8s/a.yaml", SERVICE);
            write("k8s/b.yaml", SERVICE);

            Problem problem = refused("k8s");

            assertThat(problem.code()).isEqualTo(ManifestError.DUPLICATE);
            assertThat(problem.details()).containsExactly("k8s/a.yaml:1", "k8s/b.yaml:1");
        }

        @Test
        void nothing_there_an_empty_folder_and_a_chart_are_told_apart() throws IOException {
            Files.createDirectories(project.resolve("empty"));
            write("chart/Chart.yaml", "name: shop\n");

            assertThat(refused("none").code()).isEqualTo(ManifestError.NOT_FOUND);
            assertThat(refused("empty").summary()).contains("holds no manifest");
            assertThat(refused("chart").code()).isEqualTo(ManifestError.HELM_CHART);
        }
    }

    @Nested
    class AKustomization {
        private static final String ALL = """
                resources: [../base, extra.yaml]
                namespace: dev
                namePrefix: my-
                nameSuffix: -v2
                labels:
                  - pairs: {team: blue}
                    includeSelectors: true
                  - pairs: {tier: web}
                    includeTemplates: true
                  - pairs: {stage: dev}
                commonAnnotations: {owner: me}
                images:
                  - {name: example.com/shop, newName: example.com/other, newTag: "7"}
                  - {name: proxy, digest: "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
                replicas: [{name: my-shop-v2, count: 5}]
                patches:
                  - path: patch.yaml
                  - target: {kind: Service, name: shop}
                    patch: |-
                      - {op: replace, path: /spec/ports/0/port, value: 8888}
                      - {op: add, path: /spec/type, value: ClusterIP}
                  - patch: |-
                      apiVersion: v1
                      kind: Secret
                      metadata: {name: gone}
                      $patch: delete
                """;
        private static final String PATCH = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop, labels: {patched: "yes"}}
                spec:
                  minReadySeconds: 3
                  template:
                    spec:
                      volumes:
                        - {name: tls, secret: {optional: true}}
                      containers:
                        - name: app
                          env:
                            - {name: B, $patch: delete}
                            - {name: A, value: "9"}
                            - {name: C, value: "3"}
                        - name: sidecar
                          image: sidecar:1
                """;

        @Test
        void the_built_in_one_makes_what_kubectl_makes() throws IOException {
            Optional<Path> kubectl = Kustomizer.kubectl();
            Assumptions.assumeTrue(kubectl.isPresent(), "kubectl is not installed here");
            overlay(ALL);

            List<Manifest> theirs = new KubectlKustomizer(kubectl.get(), project).build(project.resolve("overlay"));
            List<Manifest> ours = new BuiltInKustomizer(project).build(project.resolve("overlay"));

            assertThat(sorted(ours)).isEqualTo(sorted(theirs));
        }

        @Test
        void everything_asked_for_is_done_without_kubectl() throws IOException {
            overlay(ALL);

            Manifests manifests = new ManifestReader(project, new BuiltInKustomizer(project)).read("overlay");

            KubeObject deployment =
                    manifests.find(Kind.DEPLOYMENT, "my-shop-v2").orElseThrow().object();
            assertThat(deployment.namespace()).isEqualTo("dev");
            assertThat(deployment.labels()).containsEntry("stage", "dev").containsEntry("patched", "yes");
            assertThat(deployment.strings("/spec/selector/matchLabels")).containsOnlyKeys("app", "team");
            assertThat(deployment
                            .at("/spec/template/spec/volumes/1/configMap/name")
                            .asText())
                    .isEqualTo("my-shop-config-v2");
            assertThat(deployment
                            .at("/spec/template/spec/volumes/0/secret/secretName")
                            .asText())
                    .isEqualTo("shop-tls");
            assertThat(manifests.find(Kind.SECRET, "my-gone-v2")).isEmpty();
            assertThat(manifests.find(Kind.SERVICE, "my-shop-v2").orElseThrow().source())
                    .isEqualTo(new Source("base/all.yaml", 24));
        }

        @ParameterizedTest
        @ValueSource(strings = {"configMapGenerator: [{name: x}]", "helmCharts: [{name: x}]", "components: [../c]"})
        void what_it_cannot_do_is_refused_with_the_remedy(String section) throws IOException {
            overlay("resources: [../base]\n" + section + "\n");

            RelevoException thrown = catchThrowableOfType(
                    RelevoException.class,
                    () -> new ManifestReader(project, new BuiltInKustomizer(project)).read("overlay"));

            assertThat(thrown.problem().code()).isEqualTo(ManifestError.KUSTOMIZATION);
            assertThat(thrown.problem().summary()).contains(section.substring(0, section.indexOf(':')));
            assertThat(thrown.problem().remedy().orElseThrow()).contains("kubectl");
        }

        @Test
        void a_patch_without_its_target_and_a_missing_resource_are_mistakes() throws IOException {
            overlay("resources: [../base]\npatches: [{target: {kind: Deployment, name: nobody}, patch: '[]'}]\n");
            assertThat(builtIn().summary()).contains("No resource matches");
            overlay("resources: [../base, nowhere.yaml]\n");
            assertThat(builtIn().summary()).contains("nowhere.yaml");
        }

        @Test
        void kubectls_own_words_are_shown_when_it_fails() throws IOException {
            Optional<Path> kubectl = Kustomizer.kubectl();
            Assumptions.assumeTrue(kubectl.isPresent(), "kubectl is not installed here");
            overlay("resources: [nowhere.yaml]\n");

            RelevoException thrown = catchThrowableOfType(
                    RelevoException.class,
                    () -> new KubectlKustomizer(kubectl.get(), project).build(project.resolve("overlay")));

            assertThat(thrown.problem().details()).anyMatch(line -> line.contains("nowhere.yaml"));
        }

        private static String sorted(List<Manifest> manifests) {
            return manifests.stream()
                    .map(item ->
                            ManifestYaml.write(DiffNoise.removed(item.object().tree())))
                    .sorted()
                    .collect(java.util.stream.Collectors.joining("---\n"));
        }

        private Problem builtIn() {
            return catchThrowableOfType(
                            RelevoException.class,
                            () -> new ManifestReader(project, new BuiltInKustomizer(project)).read("overlay"))
                    .problem();
        }

        private void overlay(String kustomization) throws IOException {
            write("base/kustomization.yaml", "resources: [all.yaml]\n");
            write(
                    "base/all.yaml",
                    DEPLOYMENT + "---\n" + SERVICE
                            + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-config}\ndata: {a: b}\n"
                            + "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: shop}\n"
                            + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: gone}\n");
            write("overlay/kustomization.yaml", kustomization);
            write("overlay/patch.yaml", PATCH);
            write("overlay/extra.yaml", """
                    apiVersion: autoscaling/v2
                    kind: HorizontalPodAutoscaler
                    metadata: {name: shop}
                    spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}, maxReplicas: 4}
                    """);
        }
    }

    private Manifests read(String location) {
        return new ManifestReader(project).read(location);
    }

    private Problem refused(String location) {
        return catchThrowableOfType(RelevoException.class, () -> read(location)).problem();
    }

    private void write(String file, String text) throws IOException {
        Path path = project.resolve(file);
        Files.createDirectories(path.resolveSibling("."));
        Files.writeString(path, text);
    }
}
