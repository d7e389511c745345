package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The values for the official chart, which runs the same Jenkins as the plain manifests. */
class HelmValuesTest {
    private static final String VERSION = "5.9.53";
    private static final String CHART = "RELEVO_JENKINS_CHART";

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

    /** A chart ignores keys that it does not know, so a misspelt value would do nothing. */
    @Test
    void every_key_exists_in_the_chart() {
        String chart = System.getenv(CHART);
        assumeTrue(
                chart != null && !chart.isBlank(),
                CHART + " is not set: name the folder of the unpacked chart jenkins " + VERSION);
        assertThat(read(Path.of(chart, "Chart.yaml")).path("version").asText()).isEqualTo(VERSION);

        List<String> unknown = new ArrayList<>();
        compare(values, read(Path.of(chart, "values.yaml")), "", unknown);

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
