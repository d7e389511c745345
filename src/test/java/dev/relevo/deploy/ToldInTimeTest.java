package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.ClusterError;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.execute.DiagnosisFinder;
import dev.relevo.deploy.release.Marks;
import dev.relevo.report.Event;
import dev.relevo.report.RelevoException;
import dev.relevo.soak.Soak;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * The faults of the corpus meet a deploy: whoever watches reads the root cause within two seconds after the API server shows it,
 * what cannot heal ends the deploy then, and no secret is told.
 */
class ToldInTimeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NEW = "registry.example/shop:v2";
    private static final Duration AT_MOST = Duration.ofSeconds(2);

    private static final AtomicInteger FAULTS = new AtomicInteger();

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<String> told = new ArrayList<>();
    private Optional<Duration> shownAt = Optional.empty();
    private Optional<Duration> toldAt = Optional.empty();

    @AfterAll
    static void figure() {
        Soak.figure(
                "corpus",
                "%d faults, each root cause in the first line within %d s",
                FAULTS.get(),
                AT_MOST.toSeconds());
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/dev/relevo/cluster/diagnosis/corpus.txt", delimiter = '|', quoteCharacter = '\0')
    void theCauseIsToldWithinTwoSeconds(String name, ClusterError code, boolean fatal, String words)
            throws IOException {
        JsonNode fault = fault(name);
        String cause = words.replace("Deployment/" + name.strip(), "Deployment/shop");
        deploy("v1", fault, "nothing");
        cluster.controllers().breakImage(NEW);
        cluster.onEveryStep(() -> show(fault));

        Optional<RelevoException> failure = deploy("v2", fault, cause);

        String all = told + " " + failure.map(RelevoException::problem);
        assertThat(failure).as(all).isPresent();
        assertThat(failure.get().problem().summary()).as(all).contains(cause);
        assertThat(failure.get().problem().details()).as(all).contains("Cause: " + code.id());
        assertThat(toldAt).as(all).isPresent();
        assertThat(toldAt.get().minus(shownAt.orElseThrow())).as(all).isLessThanOrEqualTo(AT_MOST);
        assertThat(all).doesNotContain("hunter2");
        FAULTS.incrementAndGet();
    }

    private Optional<RelevoException> deploy(String version, JsonNode fault, String cause) {
        SimulatedClient client = new SimulatedClient(cluster)
                .printing((container, previous) ->
                        lines(fault.at("/logs/" + container + (previous ? "/previous" : "/current"))));
        DeployService service = new DeployService(
                client,
                event -> hear(event, cause),
                cluster.pace(),
                cluster.reach(),
                new DiagnosisFinder(client),
                "test");
        try {
            DeployOutcome unused = service.deploy(Shop.version(version, StrategyName.ROLLING), Shop.options(false));
            return Optional.empty();
        } catch (RelevoException failure) {
            return Optional.of(failure);
        }
    }

    private void hear(Event event, String cause) {
        told.add(event.toString());
        if (toldAt.isEmpty() && event.toString().contains(cause)) {
            toldAt = Optional.of(cluster.pace().elapsed());
        }
    }

    /** Whatever the new version's objects are, they say what the recorded ones said. */
    private void show(JsonNode fault) {
        SimulatedStore store = cluster.store();
        for (KubeObject set : store.list(Kind.REPLICA_SET, "dev", Map.of())) {
            if (set.at("/spec/template/spec/containers/0/image").asText().equals(NEW)) {
                JsonNode conditions = fault.at("/replicaSets/0/status/conditions");
                if (conditions.isArray()) {
                    shown();
                    store.update(set.with(tree -> {
                        Marks.child(tree, "spec").put("replicas", 9);
                        Marks.child(tree, "status").set("conditions", conditions.deepCopy());
                    }));
                }
            }
        }
        JsonNode recorded = fault.at("/pods/0");
        if (recorded.isObject()) {
            store.list(Kind.POD, "dev", Map.of()).stream()
                    .filter(pod -> SimulatedControllers.image(pod).equals(NEW) && !pod.deleting())
                    .forEach(pod -> show(pod, recorded, fault.path("events")));
        }
        JsonNode deadline = fault.at("/workload/status/conditions");
        store.get(new ObjectRef(Kind.DEPLOYMENT, "dev", "shop"))
                .filter(live -> live.at("/spec/template").toString().contains(NEW) && expired(deadline))
                .ifPresent(live -> {
                    shown();
                    store.update(live.with(tree -> {
                        Marks.child(tree, "spec")
                                .set("progressDeadlineSeconds", fault.at("/workload/spec/progressDeadlineSeconds"));
                        Marks.child(tree, "status").set("conditions", deadline.deepCopy());
                    }));
                });
    }

    private static boolean expired(JsonNode conditions) {
        return conditions.toString().contains("ProgressDeadlineExceeded");
    }

    private void show(KubeObject pod, JsonNode recorded, JsonNode events) {
        shown();
        cluster.store().update(pod.with(tree -> {
            tree.set("status", recorded.path("status").deepCopy());
            tree.set("spec", recorded.path("spec").deepCopy());
            ((ObjectNode) tree.at("/spec/containers/0")).put("image", NEW);
        }));
        int number = 0;
        for (JsonNode event : events) {
            if (event.at("/involvedObject/uid")
                    .asText()
                    .equals(recorded.at("/metadata/uid").asText())) {
                ObjectRef ref = new ObjectRef(Kind.EVENT, "dev", pod.name() + "." + number++);
                if (cluster.store().get(ref).isEmpty()) {
                    KubeObject unused = cluster.store()
                            .create(KubeObject.of((ObjectNode) event).with(tree -> {
                                Marks.child(tree, "metadata")
                                        .put("name", ref.name())
                                        .put("namespace", "dev");
                                Marks.child(tree, "involvedObject")
                                        .put("uid", pod.uid())
                                        .put("name", pod.name());
                            }));
                }
            }
        }
    }

    private void shown() {
        if (shownAt.isEmpty()) {
            shownAt = Optional.of(cluster.pace().elapsed());
        }
    }

    private static List<String> lines(JsonNode recorded) {
        List<String> lines = new ArrayList<>();
        recorded.forEach(line -> lines.add(line.asText()));
        return lines;
    }

    private static JsonNode fault(String name) throws IOException {
        String path = "/dev/relevo/cluster/diagnosis/" + name.strip() + ".json";
        try (InputStream file = ToldInTimeTest.class.getResourceAsStream(path)) {
            return JSON.readTree(Objects.requireNonNull(file, path));
        }
    }
}
