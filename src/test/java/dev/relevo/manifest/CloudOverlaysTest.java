package dev.relevo.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.KubeObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kustomizations for the clouds need no kubectl. */
class CloudOverlaysTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    @ParameterizedTest
    @ValueSource(strings = {"sample-service/k8s/aws", "sample-service/k8s/azure", "k8s/aws", "k8s/azure"})
    void they_are_built_without_kubectl_and_where_it_is_installed_the_same_comes_out(String folder) {
        Map<String, JsonNode> built = byName(new BuiltInKustomizer(PROJECT).build(PROJECT.resolve(folder)));

        assertThat(built).isNotEmpty();
        Kustomizer.kubectl()
                .map(tool -> byName(new KubectlKustomizer(tool, PROJECT).build(PROJECT.resolve(folder))))
                .ifPresent(expected -> assertThat(built).isEqualTo(expected));
    }

    private static Map<String, JsonNode> byName(List<Manifest> manifests) {
        return manifests.stream()
                .map(Manifest::object)
                .collect(Collectors.toMap(object -> object.ref().toString(), CloudOverlaysTest::withoutNothing));
    }

    /** kubectl leaves an empty map out. */
    private static JsonNode withoutNothing(KubeObject object) {
        return object.annotations().isEmpty()
                ? object.with(tree -> ((ObjectNode) tree.path("metadata")).remove("annotations"))
                        .tree()
                : object.tree();
    }
}
