package dev.relevo.local.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The steps of a DaemonSet's rolling update. A pod is named by its node, {@code v1} or {@code v2}, and {@code away} if it is not available. */
class DaemonUpdateTest {
    private static final String REPLACING = "{type: RollingUpdate, rollingUpdate: {maxUnavailable: 1}}";
    private static final String SURGING = "{type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";

    private final Map<String, List<ObjectNode>> nodes = new LinkedHashMap<>();

    @Test
    void withoutASurgeOneOldPodGoesAtATime() throws Exception {
        node("a", "a v1");
        node("b", "b v1");

        assertThat(deleted(REPLACING)).containsExactly("a v1");
    }

    @Test
    void nothingMoreGoesWhileAPodIsAway() throws Exception {
        node("a", "a v2 away");
        node("b", "b v1");

        assertThat(deleted(REPLACING)).isEmpty();
    }

    @Test
    void anOldPodThatServesNobodyGoesAtOnce() throws Exception {
        node("a", "a v2 away");
        node("b", "b v1 away");

        assertThat(deleted(REPLACING)).containsExactly("b v1 away");
    }

    @Test
    void asManyMayBeAwayAsTheStrategySays() throws Exception {
        node("a", "a v1");
        node("b", "b v1");
        node("c", "c v1");

        assertThat(deleted("{rollingUpdate: {maxUnavailable: 67%}}")).hasSize(3);
        assertThat(deleted("{rollingUpdate: {maxUnavailable: 2}}")).containsExactly("a v1", "b v1");
        assertThat(deleted("{}")).containsExactly("a v1");
    }

    @Test
    void withASurgeTheNewPodComesFirst() throws Exception {
        node("a", "a v1");
        node("b", "b v1");

        DaemonUpdate update = update(SURGING);

        assertThat(update.create()).containsExactly("a");
        assertThat(update.delete()).isEmpty();
    }

    @Test
    void withASurgeTheOldPodGoesWhenTheNewOneServes() throws Exception {
        node("a", "a v1", "a v2");
        node("b", "b v1", "b v2 away");
        node("c", "c v1");

        assertThat(deleted(SURGING)).containsExactly("a v1");
        assertThat(update(SURGING).create()).isEmpty();
    }

    private void node(String name, String... pods) throws Exception {
        nodes.put(name, List.of(pods).stream().map(DaemonUpdateTest::pod).toList());
    }

    private static ObjectNode pod(String name) {
        ObjectNode pod = new ObjectMapper().createObjectNode();
        pod.putObject("metadata").put("name", name);
        return pod;
    }

    private List<String> deleted(String strategy) throws Exception {
        return update(strategy).delete().stream().map(Meta::name).toList();
    }

    private DaemonUpdate update(String strategy) throws Exception {
        ObjectNode set = new ObjectMapper().createObjectNode();
        JsonNode written = new com.fasterxml.jackson.dataformat.yaml.YAMLMapper().readTree(strategy);
        set.putObject("spec").set("updateStrategy", written);
        return DaemonUpdate.of(
                set,
                nodes,
                pod -> Meta.name(pod).contains("v2"),
                pod -> !Meta.name(pod).endsWith("away"));
    }
}
