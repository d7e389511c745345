package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final int REQUESTS_ENOUGH = 20;
    private static final LabelSelector ALL = LabelSelector.of(Map.of());

    private final ScriptedServer server = new ScriptedServer();
    private final CountDownLatch over = new CountDownLatch(1);
    private final BlockingQueue<Map<String, KubeObject>> states = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        over.countDown();
        server.close();
    }

    @Test
    void the_first_state_is_there_when_watch_returns_and_every_change_follows() throws Exception {
        Semaphore seen = new Semaphore(0);
        server.then(200, list("5", pod("a", "3"))).then((exchange, body) -> {
            ScriptedServer.line(exchange, event("ADDED", pod("b", "6")));
            seen.acquireUninterruptibly();
            ScriptedServer.line(exchange, event("MODIFIED", pod("a", "7")));
            seen.acquireUninterruptibly();
            ScriptedServer.line(exchange, event("DELETED", pod("b", "8")));
            hold();
        });

        try (KubernetesCluster cluster = server.cluster()) {
            Cluster.Watching watching = cluster.watch(Kind.POD, "dev", Map.of("app", "x"), states::add);
            assertThat(states.poll()).containsOnlyKeys("a");

            assertThat(next()).containsOnlyKeys("a", "b");
            seen.release();
            assertThat(versionOf(next(), "a")).isEqualTo("7");
            seen.release();
            assertThat(next()).containsOnlyKeys("a");
            assertThat(server.seen.get(1).query())
                    .contains("watch=true")
                    .contains("resourceVersion=5")
                    .contains("allowWatchBookmarks=true")
                    .contains("labelSelector=app%3Dx");
            watching.close();
        }
    }

    @Test
    void who_follows_makes_one_request_and_gets_what_is_there_as_it_comes() throws Exception {
        server.then((exchange, body) -> {
            ScriptedServer.line(exchange, event("ADDED", pod("a", "9")));
            ScriptedServer.line(exchange, event("ADDED", pod("b", "3")));
            ScriptedServer.line(exchange, event("MODIFIED", pod("b", "10")));
            hold();
        });

        try (KubernetesCluster cluster = server.cluster()) {
            cluster.follow(Kind.POD, "dev", LabelSelector.of(Map.of("app", "x")), states::add);

            assertThat(whenThereIs("b", "10")).containsOnlyKeys("a", "b");
            assertThat(server.seen).hasSize(1);
            assertThat(server.seen.get(0).query())
                    .contains("watch=true")
                    .doesNotContain("resourceVersion")
                    .contains("labelSelector=app%3Dx");
        }
    }

    @Test
    void a_followed_stream_that_ends_where_its_first_state_may_not_have_been_over_leads_to_a_list() throws Exception {
        server.then((exchange, body) -> ScriptedServer.line(exchange, event("ADDED", pod("a", "9"))))
                .then(200, list("12", pod("a", "9"), pod("b", "3")))
                .then((exchange, body) -> {
                    ScriptedServer.line(exchange, event("MODIFIED", pod("b", "13")));
                    hold();
                });

        try (KubernetesCluster cluster = server.cluster()) {
            cluster.follow(Kind.POD, "dev", ALL, states::add);

            assertThat(whenThereIs("b", "3")).containsOnlyKeys("a", "b");
            assertThat(whenThereIs("b", "13")).containsOnlyKeys("a", "b");
            assertThat(server.seen.get(2).query()).contains("resourceVersion=12");
        }
    }

    @Test
    void a_followed_stream_that_ends_after_its_first_state_is_resumed() throws Exception {
        server.then((exchange, body) -> {
                    ScriptedServer.line(exchange, event("ADDED", pod("a", "9")));
                    ScriptedServer.line(exchange, event("MODIFIED", pod("a", "14")));
                })
                .then((exchange, body) -> {
                    ScriptedServer.line(exchange, event("ADDED", pod("b", "15")));
                    hold();
                });

        try (KubernetesCluster cluster = server.cluster()) {
            cluster.follow(Kind.POD, "dev", ALL, states::add);

            assertThat(whenThereIs("b", "15")).containsOnlyKeys("a", "b");
            assertThat(server.seen.get(1).query()).contains("resourceVersion=14");
        }
    }

    @Test
    void who_may_not_follow_is_told_so_as_for_a_list() {
        String refusal =
                "{\"kind\":\"Status\",\"code\":403,\"reason\":\"Forbidden\",\"message\":\"pods is forbidden\"}";
        server.then(403, refusal).then(403, refusal);

        try (KubernetesCluster cluster = server.cluster()) {
            assertThatThrownBy(() -> cluster.follow(Kind.POD, "dev", ALL, states::add))
                    .isInstanceOf(RelevoException.class)
                    .hasMessageContaining("RLV-606");
        }
    }

    @Test
    void a_server_that_is_faster_than_its_reader_has_to_wait_and_what_comes_together_is_told_in_one_go()
            throws Exception {
        int changes = 20_000;
        String name = "a".repeat(2_000);
        AtomicInteger written = new AtomicInteger();
        server.then(200, list("5")).then((exchange, body) -> {
            for (int i = 1; i <= changes; i++) {
                ScriptedServer.line(exchange, event("MODIFIED", pod(name, "" + i)));
                written.set(i);
            }
            hold();
        });
        AtomicInteger told = new AtomicInteger();
        CompletableFuture<Integer> writtenToASlowReader = new CompletableFuture<>();
        CountDownLatch last = new CountDownLatch(1);

        try (KubernetesCluster cluster = server.cluster()) {
            cluster.watch(Kind.POD, "dev", Map.of(), state -> {
                if (told.incrementAndGet() == 2) {
                    writtenToASlowReader.complete(whenItStopsGrowing(written));
                }
                if (versionOf(state, name).equals("" + changes)) {
                    last.countDown();
                }
            });
            assertThat(last.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(writtenToASlowReader).isCompletedWithValueMatching(count -> count < changes);
        assertThat(told).hasValueLessThan(changes);
    }

    private static int whenItStopsGrowing(AtomicInteger number) {
        int before = -1;
        while (before != number.get()) {
            before = number.get();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
        return before;
    }

    @Test
    void a_stream_that_ends_is_resumed_at_the_last_version_that_was_seen() throws Exception {
        server.then(200, list("5"))
                .then((exchange, body) -> {
                    ScriptedServer.line(exchange, event("ADDED", pod("a", "6")));
                    ScriptedServer.line(
                            exchange,
                            "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"40\"}}}");
                })
                .then((exchange, body) -> {
                    ScriptedServer.line(exchange, event("ADDED", pod("b", "41")));
                    hold();
                });

        try (KubernetesCluster cluster = server.cluster()) {
            cluster.watch(Kind.POD, "dev", Map.of(), states::add);
            assertThat(next()).isEmpty();
            assertThat(next()).containsOnlyKeys("a");
            assertThat(next()).containsOnlyKeys("a", "b");
            assertThat(server.seen.get(2).query()).contains("resourceVersion=40");
        }
    }

    @Test
    void a_version_that_is_too_old_leads_to_a_new_list_within_the_stream_and_as_a_status() throws Exception {
        server.then(200, list("5", pod("a", "3")))
                .then((exchange, body) -> ScriptedServer.line(
                        exchange,
                        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}"))
                .then(200, list("50", pod("b", "49")))
                .then(410, "{\"kind\":\"Status\",\"code\":410}")
                .then(200, list("60", pod("c", "59")))
                .then((exchange, body) -> hold());

        try (KubernetesCluster cluster = server.cluster()) {
            cluster.watch(Kind.POD, "dev", Map.of(), states::add);
            assertThat(next()).containsOnlyKeys("a");
            assertThat(next()).containsOnlyKeys("b");
            assertThat(next()).containsOnlyKeys("c");
        }
    }

    @Test
    void a_silent_stream_is_backed_by_a_list() throws Exception {
        server.then(200, list("5", pod("a", "3")));
        // Chosen by what is asked: on a machine that stalls the list may arrive before the stream that it backs.
        for (int i = 0; i < REQUESTS_ENOUGH; i++) {
            server.then((exchange, body) -> {
                if (exchange.getQueryString().contains("watch=true")) {
                    exchange.getOutputStream().flush();
                    hold();
                } else {
                    ScriptedServer.send(exchange, 200, list("9", pod("a", "8")));
                }
            });
        }

        try (KubernetesCluster cluster = server.cluster(Duration.ofSeconds(2))) {
            cluster.watch(Kind.POD, "dev", Map.of(), states::add);
            assertThat(versionOf(next(), "a")).isEqualTo("3");
            assertThat(versionOf(next(), "a")).isEqualTo("8");
        }
    }

    @Test
    void a_stream_that_breaks_in_the_middle_of_a_line_loses_nothing() throws Exception {
        server.then(200, list("5"))
                .then((exchange, body) -> {
                    ScriptedServer.line(exchange, event("ADDED", pod("a", "6")));
                    exchange.getOutputStream()
                            .write("{\"type\":\"ADDED\",\"obj".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    exchange.getOutputStream().flush();
                    exchange.getConnection().close();
                })
                .then((exchange, body) -> {
                    ScriptedServer.line(exchange, event("ADDED", pod("b", "7")));
                    hold();
                });

        try (KubernetesCluster cluster = server.cluster()) {
            cluster.watch(Kind.POD, "dev", Map.of(), states::add);
            assertThat(next()).isEmpty();
            assertThat(next()).containsOnlyKeys("a");
            assertThat(next()).containsOnlyKeys("a", "b");
            assertThat(server.seen.get(2).query()).contains("resourceVersion=6");
        }
    }

    @Test
    void streams_that_keep_ending_without_a_word_lead_to_a_new_list() throws Exception {
        server.then(200, list("5", pod("a", "3")))
                .then(200, "")
                .then(200, "")
                .then(200, "")
                .then(200, list("90", pod("b", "89")))
                .then((exchange, body) -> hold());

        try (KubernetesCluster cluster = server.cluster()) {
            cluster.watch(Kind.POD, "dev", Map.of(), states::add);
            assertThat(next()).containsOnlyKeys("a");
            assertThat(next()).containsOnlyKeys("b");
        }
    }

    @Test
    void after_close_nothing_is_told_and_no_thread_is_left() throws Exception {
        server.then(200, list("5")).then((exchange, body) -> hold());
        Thread watcher;
        try (KubernetesCluster cluster = server.cluster()) {
            Cluster.Watching watching = cluster.watch(Kind.REPLICA_SET, "dev", Map.of(), states::add);
            watcher = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("relevo-watch-ReplicaSet"))
                    .findFirst()
                    .orElseThrow();
            watching.close();
            watcher.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        }
        assertThat(watcher.isAlive()).isFalse();
        assertThat(states).hasSize(1);
    }

    private Map<String, KubeObject> next() throws InterruptedException {
        Map<String, KubeObject> state = states.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(state)
                .as("a state within %s s; requests: %s", PATIENCE_SECONDS, server.seen)
                .isNotNull();
        return state;
    }

    private Map<String, KubeObject> whenThereIs(String name, String version) throws InterruptedException {
        Map<String, KubeObject> state = next();
        while (!versionOf(state, name).equals(version)) {
            state = next();
        }
        return state;
    }

    private static String versionOf(Map<String, KubeObject> state, String name) {
        return Optional.ofNullable(state.get(name))
                .map(KubeObject::resourceVersion)
                .orElse("not there");
    }

    private void hold() {
        try {
            assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String list(String version, String... items) {
        return "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"" + version + "\"},\"items\":["
                + String.join(",", items) + "]}";
    }

    private static String pod(String name, String version) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"" + name
                + "\",\"namespace\":\"dev\",\"uid\":\"u-" + name + "\",\"resourceVersion\":\"" + version + "\"}}";
    }

    private static String event(String type, String object) {
        return "{\"type\":\"" + type + "\",\"object\":" + object + "}";
    }
}
