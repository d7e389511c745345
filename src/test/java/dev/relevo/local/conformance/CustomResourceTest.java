package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Kinds that a definition adds. */
class CustomResourceTest extends ConformanceSuite {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    @Override
    TestCluster open() throws IOException {
        return TestCluster.openWithControllers();
    }

    private String group() {
        return cluster.namespace() + ".example.com";
    }

    private String widgets() {
        return cluster.path(group() + "/v1", "widgets");
    }

    private static final String SCHEMA = "{type: object, required: [spec], properties: {spec: {type: object, required:"
            + " [size], properties: {size: {type: integer, minimum: 1, maximum: 10}, color: {type: string, enum: [red,"
            + " blue], default: red}, name: {type: string, pattern: '^[a-z]+$', maxLength: 5}, free: {type: object,"
            + " x-kubernetes-preserve-unknown-fields: true}, labels: {type: object, additionalProperties: {type: string}},"
            + " parts: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id], items: {type: object,"
            + " required: [id], properties: {id: {type: string}, weight: {type: integer}}}}}}, status: {type: object,"
            + " properties: {phase: {type: string}}}}}";

    private Answer define(String plural, String kind) {
        String version = "{name: %s, served: true, storage: %s, subresources: {status: {}}, schema: {openAPIV3Schema: "
                + SCHEMA.replace("%", "%%") + "}}";
        return cluster.post(
                DEFINITIONS,
                "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: " + plural + "."
                        + group() + "}, spec: {group: " + group() + ", scope: Namespaced, names: {plural: " + plural
                        + ", kind: " + kind + ", shortNames: [" + plural + "x]}, versions: ["
                        + version.formatted("v1", "true") + ", " + version.formatted("v1beta1", "false") + "]}}");
    }

    @BeforeAll
    void defineWidgets() {
        define("widgets", "Widget").ok();
        awaitEstablished("widgets");
    }

    private void awaitEstablished(String plural) {
        await(() -> holds(cluster.get(DEFINITIONS + "/" + plural + "." + group()), "Established"));
        await(() -> cluster.get(cluster.path(group() + "/v1", plural)).code() == 200);
        await(() -> cluster.get(cluster.path(group() + "/v1beta1", plural)).code() == 200);
    }

    @AfterAll
    void removeWidgets() {
        cluster.delete(DEFINITIONS + "/widgets." + group());
    }

    private static boolean holds(Answer object, String condition) {
        for (JsonNode each : object.at("/status/conditions")) {
            if (each.path("type").asText().equals(condition)) {
                return each.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("not within " + PATIENCE).isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private String widget(String name, String spec) {
        return "{apiVersion: " + group() + "/v1, kind: Widget, metadata: {name: " + name + "}, spec: " + spec + "}";
    }

    @Test
    void aDefinitionIsCompleted() {
        Answer definition = cluster.get(DEFINITIONS + "/widgets." + group()).ok();
        assertThat(definition.text("/spec/names/singular")).isEqualTo("widget");
        assertThat(definition.text("/spec/names/listKind")).isEqualTo("WidgetList");
        assertThat(definition.text("/spec/conversion/strategy")).isEqualTo("None");
        assertThat(definition.at("/status/storedVersions").toString()).isEqualTo("[\"v1\"]");
        assertThat(definition.text("/status/acceptedNames/kind")).isEqualTo("Widget");
        assertThat(holds(definition, "NamesAccepted")).isTrue();
    }

    @Test
    void aDefinitionIsChecked() {
        Answer refused = cluster.post(
                        DEFINITIONS,
                        "{metadata: {name: wrong.example.com}, spec: {group: example.org, scope: Namespaced, names: {plural:"
                                + " wrong, kind: Wrong}, versions: [{name: v1, served: true, storage: true, schema:"
                                + " {openAPIV3Schema: {type: object}}}]}}")
                .refused(422, "Invalid");
        assertThat(refused.message())
                .contains(
                        "metadata.name: Invalid value: \"wrong.example.com\": must be spec.names.plural+\".\"+spec.group");
    }

    @Test
    void discoveryNamesTheKind() {
        Answer resources = cluster.get("/apis/" + group() + "/v1").ok();
        JsonNode widgets = resources.at("/resources/0");
        assertThat(widgets.path("name").asText()).isEqualTo("widgets");
        assertThat(widgets.path("kind").asText()).isEqualTo("Widget");
        assertThat(widgets.path("shortNames").toString()).isEqualTo("[\"widgetsx\"]");
        assertThat(resources.text("/resources/1/name")).isEqualTo("widgets/status");
        assertThat(cluster.get("/apis/" + group()).ok().at("/versions")).hasSize(2);
    }

    @Test
    void objectsGetDefaultsAndLoseWhatTheSchemaDoesNotHave() {
        Answer created = cluster.post(
                        widgets(), widget("pruned", "{size: 2, surplus: x, free: {any: 1}, labels: {a: b}}"))
                .ok();
        assertThat(created.text("/spec/color")).isEqualTo("red");
        assertThat(created.at("/spec/surplus").isMissingNode()).isTrue();
        assertThat(created.at("/spec/free/any").asInt()).isEqualTo(1);
        assertThat(created.text("/spec/labels/a")).isEqualTo("b");
        assertThat(created.at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(created.warnings()).anyMatch(warning -> warning.contains("unknown field \\\"spec.surplus\\\""));
    }

    @Test
    void objectsAreChecked() {
        Answer wrong = cluster.post(
                        widgets(), widget("wrong", "{size: big, color: green, name: 'NO', parts: [{weight: 1}]}"))
                .refused(422, "Invalid");
        assertThat(wrong.message())
                .contains("spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"")
                .contains("spec.color: Unsupported value: \"green\": supported values: \"red\", \"blue\"")
                .contains("spec.name: Invalid value: \"NO\": spec.name in body should match '^[a-z]+$'")
                .contains("spec.parts[0].id: Required value");
        assertThat(cluster.post(widgets(), widget("empty", "{}"))
                        .refused(422, "Invalid")
                        .message())
                .contains("spec.size: Required value");
        assertThat(cluster.post(widgets(), widget("small", "{size: 0}"))
                        .refused(422, "Invalid")
                        .message())
                .contains("spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1");
        cluster.post(widgets(), widget("checked", "{size: 1}")).ok();
        cluster.patch("merge", widgets() + "/checked", "{spec: {size: 99}}").refused(422, "Invalid");
    }

    @Test
    void aKindHasAStatusOfItsOwnAndNoStrategicMerge() {
        cluster.post(widgets(), widget("parted", "{size: 1}")).ok();
        String path = widgets() + "/parted";
        assertThat(cluster.patch("merge", path, "{status: {phase: Ready}}")
                        .ok()
                        .at("/status")
                        .isMissingNode())
                .isTrue();
        Answer status = cluster.patch("merge", path + "/status", "{status: {phase: Ready}, spec: {size: 5}}")
                .ok();
        assertThat(status.text("/status/phase")).isEqualTo("Ready");
        assertThat(status.at("/spec/size").asInt()).isEqualTo(1);
        assertThat(status.at("/metadata/generation").asInt()).isEqualTo(1);
        cluster.patch("strategic-merge", path, "{spec: {size: 3}}").refused(415, "UnsupportedMediaType");
    }

    @Test
    void appliesMergeKeyedLists() {
        String path = widgets() + "/merged";
        cluster.apply(path, "one", widget("merged", "{size: 1, parts: [{id: a, weight: 1}]}"))
                .ok();
        Answer both = cluster.apply(
                        path,
                        "two",
                        "{apiVersion: " + group()
                                + "/v1, kind: Widget, metadata: {name: merged}, spec: {parts: [{id: b}]}}")
                .ok();
        assertThat(both.at("/spec/parts").findValuesAsText("id")).containsExactly("a", "b");
        cluster.apply(path, "two", widget("merged", "{size: 2, parts: [{id: b}]}"))
                .refused(409, "Conflict");
    }

    @Test
    void everyServedVersionShowsTheSameObjects() {
        cluster.post(widgets(), widget("shown", "{size: 4}")).ok();
        String older = cluster.path(group() + "/v1beta1", "widgets") + "/shown";
        Answer shown = cluster.get(older).ok();
        assertThat(shown.text("/apiVersion")).isEqualTo(group() + "/v1beta1");
        ObjectNode changed = (ObjectNode) shown.body();
        changed.withObjectProperty("spec").put("size", 6);
        cluster.put(older, changed).ok();
        Answer now = cluster.get(widgets() + "/shown").ok();
        assertThat(now.at("/spec/size").asInt()).isEqualTo(6);
        assertThat(now.text("/apiVersion")).isEqualTo(group() + "/v1");
    }

    @Test
    void everyServedVersionIsServedWhileObjectsComeAndGo() {
        String older = cluster.path(group() + "/v1beta1", "widgets") + "/coming-and-going";
        for (int round = 0; round < 100; round++) {
            cluster.post(widgets(), widget("coming-and-going", "{size: 1}")).ok();
            cluster.get(older).ok();
            cluster.delete(older).ok();
        }
    }

    @Test
    void aWatchFollowsTheObjects() {
        String version = cluster.get(widgets()).text("/metadata/resourceVersion");
        try (EventStream events = cluster.watch(widgets() + "?watch=1&resourceVersion=" + version)) {
            cluster.post(widgets(), widget("watched", "{size: 1}")).ok();
            assertThat(events.nextBrief()).isEqualTo("ADDED watched");
        }
    }

    @Test
    void theObjectsGoWithTheDefinition() {
        define("gadgets", "Gadget").ok();
        awaitEstablished("gadgets");
        String gadgets = cluster.path(group() + "/v1", "gadgets");
        cluster.post(gadgets, "{apiVersion: " + group() + "/v1, kind: Gadget, metadata: {name: g}, spec: {size: 1}}")
                .ok();
        cluster.delete(DEFINITIONS + "/gadgets." + group()).ok();
        await(() -> cluster.get(DEFINITIONS + "/gadgets." + group()).code() == 404);
        await(() -> cluster.get(gadgets).code() == 404);
        define("gadgets", "Gadget").ok();
        awaitEstablished("gadgets");
        assertThat(cluster.get(gadgets).ok().at("/items")).isEmpty();
        cluster.delete(DEFINITIONS + "/gadgets." + group()).ok();
    }
}
