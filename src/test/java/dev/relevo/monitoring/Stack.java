package dev.relevo.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.manifest.ManifestReader;
import dev.relevo.platform.RestrictedProfile;
import dev.relevo.platform.YamlFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a kustomization of {@code k8s/monitoring} brings.
 *
 * @param objects all of it
 */
record Stack(List<KubeObject> objects) {
    private static final String FOLDER = "k8s/monitoring/";

    /** @param kustomization its folder below {@code k8s/monitoring} */
    static Stack of(String kustomization) {
        Path project = Path.of("").toAbsolutePath();
        return new Stack(
                new ManifestReader(project).read(FOLDER + kustomization).objects());
    }

    /** What makes pods. */
    List<KubeObject> workloads() {
        return objects.stream()
                .filter(object -> RestrictedProfile.pod(object).isPresent())
                .toList();
    }

    static JsonNode pod(KubeObject workload) {
        return RestrictedProfile.pod(workload).orElseThrow();
    }

    KubeObject object(String kind, String name) {
        return objects.stream()
                .filter(object ->
                        object.kind().name().equals(kind) && object.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no " + kind + " " + name));
    }

    List<KubeObject> ofKind(String kind) {
        return objects.stream()
                .filter(object -> object.kind().name().equals(kind))
                .toList();
    }

    /** The text of a file in a ConfigMap. */
    String file(String configMap, String key) {
        JsonNode text = object("ConfigMap", configMap).at("/data").path(key);
        if (!text.isTextual()) {
            throw new AssertionError("ConfigMap " + configMap + " has no " + key);
        }
        return text.asText();
    }

    /** The rule files that Prometheus gets, by name. */
    Map<String, String> rules() {
        Map<String, String> files = new TreeMap<>();
        configMaps("prometheus-rules").forEach(map -> files.putAll(map.strings("/data")));
        return files;
    }

    /** Every rule, parsed. */
    List<JsonNode> eachRule() {
        return rules().values().stream()
                .map(YamlFile::parse)
                .flatMap(file -> stream(file.path("groups")))
                .flatMap(group -> stream(group.path("rules")))
                .toList();
    }

    /** The dashboards by file name, parsed. */
    Map<String, JsonNode> dashboards() {
        Map<String, JsonNode> found = new TreeMap<>();
        configMaps("grafana-dashboard-")
                .flatMap(map -> map.strings("/data").entrySet().stream())
                .forEach(file -> found.put(file.getKey(), json(file.getValue())));
        return found;
    }

    private Stream<KubeObject> configMaps(String prefix) {
        return objects.stream()
                .filter(object ->
                        object.kind().equals(Kind.CONFIG_MAP) && object.name().startsWith(prefix));
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
