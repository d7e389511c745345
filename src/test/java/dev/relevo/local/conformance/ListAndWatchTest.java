package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListAndWatchTest extends ConformanceSuite {
    private void createLabelled(String name, String labels) {
        cluster.post(configMaps(), "{metadata: {name: " + name + ", labels: " + labels + "}}")
                .ok();
    }

    private List<String> names(String query) {
        Answer list = cluster.get(configMaps() + query).ok();
        List<String> names = new ArrayList<>();
        list.at("/items").forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    @Test
    void listsByLabels() {
        createLabelled("l1", "{suite: labels, tier: front, rank: '1'}");
        createLabelled("l2", "{suite: labels, tier: back}");
        createLabelled("l3", "{suite: labels}");
        assertThat(names("?labelSelector=suite%3Dlabels")).containsExactly("l1", "l2", "l3");
        assertThat(names("?labelSelector=suite%3Dlabels,tier%3D%3Dfront")).containsExactly("l1");
        assertThat(names("?labelSelector=suite%3Dlabels,tier!%3Dfront")).containsExactly("l2", "l3");
        assertThat(names("?labelSelector=suite%3Dlabels,tier%20in%20(front,back)"))
                .containsExactly("l1", "l2");
        assertThat(names("?labelSelector=suite%3Dlabels,tier%20notin%20(front)"))
                .containsExactly("l2", "l3");
        assertThat(names("?labelSelector=suite%3Dlabels,tier")).containsExactly("l1", "l2");
        assertThat(names("?labelSelector=suite%3Dlabels,!tier")).containsExactly("l3");
        cluster.get(configMaps() + "?labelSelector=%3D%3D").refused(400, "BadRequest");
    }

    @Test
    void listsByFields() {
        createLabelled("f1", "{suite: fields}");
        createLabelled("f2", "{suite: fields}");
        assertThat(names("?labelSelector=suite%3Dfields&fieldSelector=metadata.name%3Df2"))
                .containsExactly("f2");
        assertThat(names("?labelSelector=suite%3Dfields&fieldSelector=metadata.name!%3Df2"))
                .containsExactly("f1");
        Answer refused = cluster.get(configMaps() + "?fieldSelector=data.a%3D1").refused(400, "BadRequest");
        assertThat(refused.message())
                .isEqualTo("\"data.a\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
    }

    @Test
    void listsInPagesOfOneMoment() {
        for (int i = 0; i < 5; i++) {
            createLabelled("p" + i, "{suite: pages}");
        }
        Answer first = cluster.get(configMaps() + "?limit=2").ok();
        assertThat(first.at("/items").size()).isEqualTo(2);
        assertThat(first.at("/metadata/remainingItemCount").asInt()).isPositive();
        createLabelled("p9", "{suite: pages}");
        List<String> all = new ArrayList<>(first.at("/items").findValuesAsText("name"));
        String token = first.text("/metadata/continue");
        while (!token.isEmpty()) {
            Answer page =
                    cluster.get(configMaps() + "?limit=2&continue=" + token).ok();
            assertThat(page.version()).isEqualTo(first.version());
            all.addAll(page.at("/items").findValuesAsText("name"));
            token = page.text("/metadata/continue");
        }
        assertThat(all).contains("p0", "p4").doesNotContain("p9").doesNotHaveDuplicates();
        cluster.get(configMaps() + "?limit=2&continue=nonsense").refused(400, "BadRequest");
    }

    @Test
    void knowsWhichVersionOfAListIsAskedFor() {
        createLabelled("v1", "{suite: versions}");
        String version = cluster.get(configMaps()).version();
        createLabelled("v2", "{suite: versions}");
        String selector = "?labelSelector=suite%3Dversions&resourceVersion=" + version;
        assertThat(names(selector + "&resourceVersionMatch=Exact")).containsExactly("v1");
        assertThat(names(selector + "&resourceVersionMatch=NotOlderThan")).contains("v1");
        assertThat(names("?labelSelector=suite%3Dversions&resourceVersion=0")).contains("v1");
        Answer noVersion =
                cluster.get(configMaps() + "?resourceVersionMatch=Exact").refused(422, "Invalid");
        assertThat(noVersion.message())
                .isEqualTo("ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
                        + " resourceVersionMatch is forbidden unless resourceVersion is provided");
        Answer bad = cluster.get(configMaps() + "?resourceVersion=abc");
        assertThat(bad.code()).isBetween(400, 422);
    }

    @Test
    void saysThatAVersionLiesInTheFuture() {
        long future = Long.parseLong(cluster.get(configMaps()).version()) + 1_000_000;
        Answer refused = cluster.get(configMaps() + "?resourceVersionMatch=NotOlderThan&resourceVersion=" + future)
                .refused(504, "Timeout");
        assertThat(refused.message()).startsWith("Timeout: Too large resource version: " + future + ", current: ");
        assertThat(refused.text("/details/causes/0/reason")).isEqualTo("ResourceVersionTooLarge");
    }

    @Test
    void watchesFromAVersion() {
        String from = cluster.get(configMaps()).version();
        createLabelled("w1", "{suite: watch}");
        try (EventStream events =
                cluster.watch(configMaps() + "?watch=1&labelSelector=suite%3Dwatch&resourceVersion=" + from)) {
            assertThat(events.code()).isEqualTo(200);
            assertThat(events.nextBrief()).isEqualTo("ADDED w1");
            cluster.patch("merge", configMaps() + "/w1", "{data: {a: b}}").ok();
            JsonNode modified = events.next();
            assertThat(modified.path("type").asText()).isEqualTo("MODIFIED");
            assertThat(modified.at("/object/data/a").asText()).isEqualTo("b");
            assertThat(modified.at("/object/kind").asText()).isEqualTo("ConfigMap");
            cluster.delete(configMaps() + "/w1").ok();
            JsonNode deleted = events.next();
            assertThat(deleted.path("type").asText()).isEqualTo("DELETED");
            assertThat(deleted.at("/object/metadata/resourceVersion").asLong())
                    .isGreaterThan(
                            modified.at("/object/metadata/resourceVersion").asLong());
        }
    }

    @Test
    void watchesWhatComesIntoAndLeavesASelection() {
        String from = cluster.get(configMaps()).version();
        createLabelled("s1", "{suite: other}");
        try (EventStream events =
                cluster.watch(configMaps() + "?watch=true&labelSelector=suite%3Dselection&resourceVersion=" + from)) {
            cluster.patch("merge", configMaps() + "/s1", "{metadata: {labels: {suite: selection}}}")
                    .ok();
            assertThat(events.nextBrief()).isEqualTo("ADDED s1");
            cluster.patch("merge", configMaps() + "/s1", "{metadata: {labels: {suite: other}}}")
                    .ok();
            JsonNode left = events.next();
            assertThat(left.path("type").asText()).isEqualTo("DELETED");
            assertThat(left.at("/object/metadata/labels/suite").asText()).isEqualTo("selection");
        }
    }

    @Test
    void startsAWatchWithoutAVersionWithWhatIsThere() {
        createLabelled("x1", "{suite: initial}");
        createLabelled("x2", "{suite: initial}");
        try (EventStream events = cluster.watch(configMaps() + "?watch=1&labelSelector=suite%3Dinitial")) {
            assertThat(List.of(events.nextBrief(), events.nextBrief()))
                    .containsExactlyInAnyOrder("ADDED x1", "ADDED x2");
            createLabelled("x3", "{suite: initial}");
            assertThat(events.nextBrief()).isEqualTo("ADDED x3");
        }
    }

    @Test
    void watchesOneObject() {
        createLabelled("only", "{}");
        createLabelled("notthis", "{}");
        try (EventStream events = cluster.watch(configMaps() + "?watch=1&fieldSelector=metadata.name%3Donly")) {
            assertThat(events.nextBrief()).isEqualTo("ADDED only");
            cluster.delete(configMaps() + "/notthis").ok();
            cluster.delete(configMaps() + "/only").ok();
            assertThat(events.nextBrief()).isEqualTo("DELETED only");
        }
    }

    @Test
    void endsAWatchAtItsTimeout() {
        try (EventStream events =
                cluster.watch(configMaps() + "?watch=1&timeoutSeconds=1&labelSelector=suite%3Dnothing")) {
            events.awaitEnd();
        }
    }

    @Test
    void marksTheEndOfTheInitialEvents() {
        createLabelled("i1", "{suite: stream}");
        try (EventStream events = cluster.watch(configMaps()
                + "?watch=1&labelSelector=suite%3Dstream&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan")) {
            JsonNode first = events.any();
            assumeThat(first.path("type").asText())
                    .as("a server whose storage cannot do this says so, and the client lists instead")
                    .isNotEqualTo("ERROR");
            assertThat(first.at("/object/metadata/name").asText()).isEqualTo("i1");
            JsonNode bookmark = events.any();
            assertThat(bookmark.path("type").asText()).isEqualTo("BOOKMARK");
            assertThat(bookmark.at("/object/kind").asText()).isEqualTo("ConfigMap");
            assertThat(bookmark.at("/object/metadata/annotations/k8s.io~1initial-events-end")
                            .asText())
                    .isEqualTo("true");
        }
        cluster.get(configMaps() + "?watch=1&sendInitialEvents=true").refused(422, "Invalid");
    }

    @Test
    void listsMetadataAlone() {
        createConfigMap("partial", "{a: b}");
        Answer one = cluster.getAs(
                        configMaps() + "/partial", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
                .ok();
        assertThat(one.text("/kind")).isEqualTo("PartialObjectMetadata");
        assertThat(one.text("/apiVersion")).isEqualTo("meta.k8s.io/v1");
        assertThat(one.text("/metadata/name")).isEqualTo("partial");
        assertThat(one.at("/data").isMissingNode()).isTrue();
        Answer list = cluster.getAs(configMaps(), "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
                .ok();
        assertThat(list.text("/kind")).isEqualTo("PartialObjectMetadataList");
    }

    @Test
    void compressesALongList() {
        String value = "x".repeat(200_000);
        createConfigMap("long", "{a: " + value + "}");
        ObjectNode list = (ObjectNode) cluster.get(configMaps()).body();
        assertThat(list.path("kind").asText()).isEqualTo("ConfigMapList");
        assertThat(cluster.contentEncoding(configMaps())).isEqualTo("gzip");
    }
}
