package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.TestApi;
import dev.relevo.manifest.ManifestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The values for the official chart, which runs the same Jenkins as the plain manifests. */
class HelmValuesTest {
    private static final String VERSION = "5.9.53";
    private static final String CHART = "RELEVO_JENKINS_CHART";
    private static final String HELM = "RELEVO_HELM";

    private final JsonNode values = read(Path.of("k8s/helm-values.yaml"));

    @Test
    void the_controller_is_the_one_of_the_plain_manifests() {
        JsonNode pod = PlatformManifestsTest.controller();
        JsonNode container = pod.at("/containers/0");
        JsonNode image = values.at("/controller/image");

        assertThat(image.path("repository").asText() + ":" + image.path("tag").asText())
                .isEqualTo(container.path("image").asText());
        assertThat(values.at("/controller/podSecurityContextOverride")).isEqualTo(pod.path("securityContext"));
        assertThat(values.at("/controller/containerSecurityContext")).isEqualTo(container.path("securityContext"));
        assertThat(values.at("/serviceAccount/name")).isEqualTo(pod.path("serviceAccountName"));
        assertThat(values.at("/controller/terminationGracePeriodSeconds"))
                .isEqualTo(pod.path("terminationGracePeriodSeconds"));
    }

    @Test
    void its_variables_are_the_same() {
        Map<String, String> variables = new HashMap<>();
        values.at("/controller/containerEnv")
                .forEach(entry -> variables.put(
                        entry.path("name").asText(), entry.path("value").asText()));
        List<String> folders = new ArrayList<>();
        folders.add(values.at("/controller/sidecars/configAutoReload/folder").asText());
        values.at("/controller/JCasC/configUrls").forEach(url -> folders.add(url.asText()));
        variables.put("CASC_JENKINS_CONFIG", String.join(",", folders));

        assertThat(variables).isEqualTo(PlatformManifestsTest.settingsOfTheManifests());
    }

    /** What the chart makes of the values, by the program that {@code RELEVO_HELM} names. */
    @Test
    void the_chart_makes_a_controller_that_a_restricted_namespace_takes(@TempDir Path files) throws Exception {
        String helm = given(HELM, "the program helm, 3.17 or newer");
        Path chart = chart();

        Ended rendered = Ended.run(
                files,
                Map.of(),
                helm,
                "template",
                "jenkins",
                chart.toAbsolutePath().toString(),
                "--namespace",
                "devops-tools",
                "--values",
                Path.of("k8s/helm-values.yaml").toAbsolutePath().toString());

        assertThat(rendered.code()).as(rendered.err()).isZero();
        Path folder = Files.createDirectory(files.resolve("manifests"));
        Files.writeString(folder.resolve("jenkins.yaml"), rendered.out());
        List<KubeObject> objects = new ManifestReader(files).read("manifests").objects();
        assertThat(objects)
                .extracting(object -> object.kind().name())
                .containsExactlyInAnyOrder("ConfigMap", "PersistentVolumeClaim", "Ingress", "StatefulSet", "Service");
        JsonNode pod = objects.stream()
                .flatMap(object -> RestrictedProfile.pod(object).stream())
                .findFirst()
                .orElseThrow();
        assertThat(RestrictedProfile.complaints(pod)).isEmpty();
        assertThat(pod.path("serviceAccountName").asText()).isEqualTo("jenkins");
        Map<String, String> variables = new HashMap<>();
        pod.at("/containers/0/env")
                .forEach(entry -> variables.put(
                        entry.path("name").asText(), entry.path("value").asText()));
        assertThat(variables).containsAllEntriesOf(PlatformManifestsTest.settingsOfTheManifests());
        accepted(objects, files.resolve("api"));
    }

    private static void accepted(List<KubeObject> objects, Path files) throws IOException {
        try (TestApi api = TestApi.open(Files.createDirectory(files))) {
            KubeObject namespace = KubeObject.named(new ObjectRef(Kind.NAMESPACE, "", "devops-tools"));
            boolean made = api.cluster().get(namespace.ref()).isEmpty();
            if (made) {
                KubeObject unused = api.cluster().create(namespace);
            }
            try {
                assertThat(objects)
                        .allSatisfy(object -> assertThat(api.cluster()
                                        .apply(object, Cluster.ApplyOptions.DRY_RUN)
                                        .ref())
                                .isEqualTo(object.ref()));
            } finally {
                if (made) {
                    api.cluster().delete(namespace.ref(), Cluster.DeleteOptions.background());
                }
            }
        }
    }

    private static Path chart() {
        Path chart = Path.of(given(CHART, "the folder of the unpacked chart jenkins " + VERSION));
        assertThat(read(chart.resolve("Chart.yaml")).path("version").asText()).isEqualTo(VERSION);
        return chart;
    }

    private static String given(String variable, String what) {
        String value = System.getenv(variable);
        assumeTrue(value != null && !value.isBlank(), variable + " is not set: name " + what);
        return String.valueOf(value);
    }

    /** A chart ignores keys that it does not know, so a misspelt value would do nothing. */
    @Test
    void every_key_exists_in_the_chart() {
        List<String> unknown = new ArrayList<>();
        compare(values, read(chart().resolve("values.yaml")), "", unknown);

        assertThat(unknown).isEmpty();
    }

    /** A value of the chart that is empty is free in form, as labels are, or what is put into a pod as it is. */
    private static void compare(JsonNode ours, JsonNode theirs, String path, List<String> unknown) {
        if (!ours.isObject() || !theirs.isObject() || theirs.isEmpty()) {
            return;
        }
        ours.properties().forEach(entry -> {
            String key = path + "/" + entry.getKey();
            boolean podsOwn = path.endsWith("SecurityContext");
            if (theirs.has(entry.getKey())) {
                compare(entry.getValue(), theirs.get(entry.getKey()), key, unknown);
            } else if (!podsOwn) {
                unknown.add(key);
            }
        });
    }

    private static JsonNode read(Path file) {
        try {
            return new YAMLMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
