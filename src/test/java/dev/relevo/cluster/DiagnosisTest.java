package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** Every case is what a cluster says about a broken Deployment, with logs: recorded from v1.34, or written down in its words. */
class DiagnosisTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/dev/relevo/cluster/diagnosis/corpus.txt", delimiter = '|', quoteCharacter = '\0')
    void the_first_line_says_the_root_cause(String name, ClusterError code, boolean fatal, String cause)
            throws IOException {
        Recorded recorded = Recorded.of(name);

        List<Finding> found = Diagnosis.of(recorded.evidence(), recorded);

        assertThat(found).isNotEmpty();
        Finding first = found.get(0);
        assertThat(first.code()).as(first.toString()).isEqualTo(code);
        assertThat(first.cause()).contains(cause);
        assertThat(first.fatal()).isEqualTo(fatal);
        assertThat(first.evidence()).isNotEmpty();
        assertThat(first.remedy()).isNotBlank();
        assertThat(found.toString()).doesNotContain("hunter2");
    }

    @Test
    void pods_that_are_ready_have_no_findings() throws IOException {
        Recorded recorded = Recorded.of("fine");

        assertThat(Diagnosis.of(recorded.evidence(), recorded)).isEmpty();
    }

    @Test
    void the_deadline_comes_after_what_it_follows_from() throws IOException {
        Recorded crash = Recorded.of("crash");
        KubeObject expired = crash.workload()
                .with(tree -> ((ObjectNode) tree.get("status"))
                        .putArray("conditions")
                        .addObject()
                        .put("type", "Progressing")
                        .put("status", "False")
                        .put("reason", "ProgressDeadlineExceeded")
                        .put("message", "has timed out progressing"));

        List<Finding> found = Diagnosis.of(
                new Diagnosis.Evidence(
                        Optional.of(expired),
                        crash.evidence().replicaSets(),
                        crash.evidence().pods(),
                        crash.evidence().events()),
                crash);

        assertThat(found)
                .extracting(Finding::code)
                .containsExactly(ClusterError.CRASH_LOOP, ClusterError.PROGRESS_DEADLINE);
    }

    @Test
    void a_first_exit_may_be_an_accident_a_second_one_is_not() throws IOException {
        assertThat(crashed(1, 3).fatal()).isFalse();
        assertThat(crashed(2, 3).fatal()).isTrue();
        assertThat(crashed(1, 78).fatal()).isTrue();
    }

    @Test
    void a_container_that_waits_for_its_next_start_has_ended_once_more_than_it_was_restarted() throws IOException {
        Finding first = backedOff(0);
        Finding second = backedOff(1);

        assertThat(first.fatal()).isFalse();
        assertThat(second.fatal()).isTrue();
        assertThat(second.evidence()).contains("Exit code 3, 2 exits so far");
    }

    @Test
    void what_the_startup_probe_said_before_the_container_had_started_is_not_the_cause() throws IOException {
        Recorded readiness = Recorded.of("readiness");
        KubeObject pod = readiness.evidence().pods().iterator().next();
        KubeObject whileStarting = readiness.evidence().events().stream()
                .filter(event -> event.at("/reason").asText().equals("Unhealthy"))
                .findFirst()
                .orElseThrow()
                .with(tree -> tree.put("message", "Startup probe failed: connect: connection refused"));
        List<KubeObject> events = new ArrayList<>(List.of(whileStarting));
        events.addAll(readiness.evidence().events());

        List<Finding> found =
                Diagnosis.of(new Diagnosis.Evidence(Optional.empty(), List.of(), List.of(pod), events), LogTail.none());

        assertThat(pod.at("/status/containerStatuses/0/started").asBoolean()).isTrue();
        assertThat(found).extracting(Finding::code).containsExactly(ClusterError.READINESS_PROBE);
    }

    private static Finding backedOff(int restarts) throws IOException {
        KubeObject pod = changed("crash", status -> {
            status.put("restartCount", restarts).put("ready", false);
            status.putObject("state").putObject("waiting").put("reason", "CrashLoopBackOff");
            status.putObject("lastState")
                    .putObject("terminated")
                    .put("exitCode", 3)
                    .put("reason", "Error");
        });
        return Diagnosis.of(
                        new Diagnosis.Evidence(Optional.empty(), List.of(), List.of(pod), List.of()), LogTail.none())
                .get(0);
    }

    @Test
    void log_lines_of_the_instance_that_ended_are_the_evidence() throws IOException {
        Recorded crash = Recorded.of("crash");

        Finding found = Diagnosis.of(crash.evidence(), crash).get(0);

        assertThat(found.evidence()).contains("| starting", "| ERROR: cannot open database password=***");
        assertThat(found.problem().code().id()).isEqualTo("RLV-654");
    }

    @Test
    void a_lack_of_room_may_end_while_other_pods_are_stopping() throws IOException {
        Recorded cpu = Recorded.of("cpu");
        KubeObject stopping = KubeObject.named(new ObjectRef(Kind.POD, "shop", "old"))
                .with(tree -> ((ObjectNode) tree.get("metadata")).put("deletionTimestamp", "2026-01-01T00:00:00Z"));
        List<KubeObject> pods = new ArrayList<>(cpu.evidence().pods());
        pods.add(stopping);

        List<Finding> found = Diagnosis.of(
                new Diagnosis.Evidence(
                        Optional.empty(), List.of(), pods, cpu.evidence().events()),
                LogTail.none());

        assertThat(found)
                .singleElement()
                .satisfies(finding -> assertThat(finding.fatal()).isFalse());
    }

    @Test
    void pods_with_the_same_cause_share_one_finding() throws IOException {
        Recorded secret = Recorded.of("secret-env");
        KubeObject one = secret.evidence().pods().iterator().next();
        KubeObject other = one.with(tree -> ((ObjectNode) tree.get("metadata")).put("name", "twin"));

        List<Finding> found = Diagnosis.of(
                new Diagnosis.Evidence(Optional.empty(), List.of(), List.of(one, other), List.of()), LogTail.none());

        assertThat(found)
                .singleElement()
                .satisfies(finding -> assertThat(finding.evidence())
                        .anyMatch(line -> line.startsWith("2 pods: ") && line.contains("twin")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rpc error: code = Unknown desc = failed to authorize: 401 Unauthorized | IMAGE_DENIED",
                "pull access denied, repository does not exist or may require authorization | IMAGE_DENIED",
                "no match for platform in manifest: not found | ARCHITECTURE",
                "manifest unknown | IMAGE_NOT_FOUND",
                "dial tcp: i/o timeout | IMAGE_PULL",
            })
    void the_words_of_registries_are_understood(String words, ClusterError code) throws IOException {
        KubeObject pod = changed("image-not-found", status -> {
            ObjectNode waiting = (ObjectNode) status.at("/state/waiting");
            waiting.put("reason", "ErrImagePull").put("message", "Failed to pull image \"x\": " + words);
        });

        List<Finding> found = Diagnosis.of(
                new Diagnosis.Evidence(Optional.empty(), List.of(), List.of(pod), List.of()), LogTail.none());

        assertThat(found)
                .singleElement()
                .satisfies(finding -> assertThat(finding.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CreateContainerConfigError | failed to sync configmap cache: timed out waiting for the condition",
                "CreateContainerConfigError | object \"shop\"/\"settings\" not registered",
                "CreateContainerError | context deadline exceeded",
                "CreateContainerError | failed to reserve container name \"app\": name \"app\" is reserved for \"1f\"",
            })
    void a_node_that_is_only_busy_is_given_time(String reason, String words) throws IOException {
        KubeObject pod = changed("config-env", status -> {
            ObjectNode waiting = (ObjectNode) status.at("/state/waiting");
            waiting.put("reason", reason).put("message", words);
        });

        List<Finding> found = Diagnosis.of(
                new Diagnosis.Evidence(Optional.empty(), List.of(), List.of(pod), List.of()), LogTail.none());

        assertThat(found).singleElement().satisfies(finding -> {
            assertThat(finding.cause())
                    .startsWith("The node has not prepared container [app] yet: ")
                    .endsWith(words);
            assertThat(finding.fatal()).isFalse();
        });
    }

    @Test
    void an_evicted_pod_names_its_node_and_the_reason() {
        KubeObject pod = KubeObject.named(new ObjectRef(Kind.POD, "shop", "a")).with(tree -> {
            tree.putObject("spec").put("nodeName", "node-1");
            tree.putObject("status")
                    .put("phase", "Failed")
                    .put("reason", "Evicted")
                    .put("message", "The node was low on resource: memory.");
        });

        List<Finding> found = Diagnosis.of(
                new Diagnosis.Evidence(Optional.empty(), List.of(), List.of(pod), List.of()), LogTail.none());

        assertThat(found).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(ClusterError.NODE);
            assertThat(finding.cause()).contains("[node-1]").contains("low on resource: memory");
        });
    }

    private static Finding crashed(int exits, int code) throws IOException {
        KubeObject pod = changed("crash", status -> {
            status.put("restartCount", exits - 1);
            ObjectNode state = status.putObject("state");
            state.putObject("terminated").put("exitCode", code).put("reason", "Error");
            status.putObject("lastState");
        });
        return Diagnosis.of(
                        new Diagnosis.Evidence(Optional.empty(), List.of(), List.of(pod), List.of()), LogTail.none())
                .get(0);
    }

    private static KubeObject changed(String name, Consumer<ObjectNode> status) throws IOException {
        return Recorded.of(name)
                .evidence()
                .pods()
                .iterator()
                .next()
                .with(tree -> status.accept((ObjectNode) tree.at("/status/containerStatuses/0")));
    }

    /** One recorded case. */
    private record Recorded(JsonNode tree) implements LogTail {
        static Recorded of(String name) throws IOException {
            try (InputStream file = DiagnosisTest.class.getResourceAsStream("diagnosis/" + name.strip() + ".json")) {
                return new Recorded(JSON.readTree(Objects.requireNonNull(file, "no recorded case " + name)));
            }
        }

        KubeObject workload() {
            return KubeObject.of((ObjectNode) tree.path("workload"));
        }

        Diagnosis.Evidence evidence() {
            return new Diagnosis.Evidence(
                    Optional.of(workload()), objects("replicaSets"), objects("pods"), objects("events"));
        }

        private List<KubeObject> objects(String field) {
            List<KubeObject> objects = new ArrayList<>();
            tree.path(field).forEach(item -> objects.add(KubeObject.of((ObjectNode) item)));
            return objects;
        }

        @Override
        public List<String> lastLines(KubeObject pod, String container, boolean previous) {
            List<String> lines = new ArrayList<>();
            tree.at("/logs/" + container + (previous ? "/previous" : "/current"))
                    .forEach(line -> lines.add(line.asText()));
            return lines;
        }
    }
}
