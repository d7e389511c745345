package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.platform.running.UnansweredPort;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a kubeconfig becomes a connection, and what a connection does when it cannot be, or ends. */
class ConnectionTest {
    private static final ObjectRef SHOP = new ObjectRef(Kind.CONFIG_MAP, "dev", "shop");

    @TempDir
    Path folder;

    private final ScriptedServer server = new ScriptedServer();
    private final KubernetesCluster cluster = server.cluster();

    @AfterEach
    void stop() {
        cluster.close();
        server.close();
        assertThat(server.surprises).isEmpty();
    }

    @Test
    void a_server_that_is_not_there_is_told_with_url_context_and_remedy() throws IOException {
        try (UnansweredPort port = new UnansweredPort()) {
            Path kubeconfig = kubeconfig("http://" + port.authority());

            try (KubernetesCluster nowhere = KubernetesCluster.connect(Optional.of(kubeconfig), Optional.empty())) {
                RelevoException thrown = catchThrowableOfType(RelevoException.class, nowhere::version);

                assertThat(thrown.problem().code()).isEqualTo(ClusterError.UNREACHABLE);
                assertThat(thrown.problem().summary())
                        .contains("[http://" + port.authority() + "]")
                        .contains("[test]");
                assertThat(thrown.problem().remedy()).isPresent();
            }
        }
    }

    @Test
    void a_context_that_the_kubeconfig_lacks_is_told_with_those_that_it_has() throws IOException {
        Path kubeconfig = kubeconfig(server.url());

        RelevoException thrown = catchThrowableOfType(
                RelevoException.class, () -> KubernetesCluster.connect(Optional.of(kubeconfig), Optional.of("prod")));

        assertThat(thrown.problem().code()).isEqualTo(ClusterError.UNKNOWN_CONTEXT);
        assertThat(thrown.problem().summary()).contains("[prod]");
        assertThat(thrown.problem().details()).anyMatch(line -> line.contains("test"));
    }

    @Test
    void a_kubeconfig_that_is_not_there_is_named() {
        RelevoException thrown = catchThrowableOfType(
                RelevoException.class,
                () -> KubernetesCluster.connect(Optional.of(folder.resolve("none")), Optional.empty()));

        assertThat(thrown.problem().code()).isEqualTo(ClusterError.NO_KUBECONFIG);
        assertThat(thrown.problem().summary()).contains(folder.resolve("none").toString());
    }

    @Test
    void a_broken_kubeconfig_is_told_without_its_content() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken"), "users:\n- token: s3cr3t-token\n  : [\n");

        RelevoException thrown = catchThrowableOfType(
                RelevoException.class, () -> KubernetesCluster.connect(Optional.of(broken), Optional.empty()));

        assertThat(thrown.problem().code()).isEqualTo(ClusterError.NO_KUBECONFIG);
        assertThat(thrown.problem().toString()).doesNotContain("s3cr3t");
    }

    @Test
    void the_token_of_the_kubeconfig_is_sent() throws IOException {
        server.then((exchange, body) -> {
            assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer t0ken");
            ScriptedServer.send(exchange, 200, "{\"gitVersion\":\"v1.34.9\"}");
        });

        try (KubernetesCluster found =
                KubernetesCluster.connect(Optional.of(kubeconfig(server.url())), Optional.of("test"))) {
            assertThat(found.version()).isEqualTo("v1.34.9");
            assertThat(found.address()).isEqualTo(server.url());
        }
    }

    @Test
    void reads_that_follow_each_other_use_one_connection() {
        Set<Integer> ports = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 3; i++) {
            int status = i == 1 ? 404 : 200;
            server.then((exchange, body) -> {
                ports.add(exchange.getSourceAddress().getPort());
                ScriptedServer.send(exchange, status, shop("1", "a"));
            });
        }

        assertThat(cluster.get(SHOP)).isPresent();
        assertThat(cluster.get(SHOP)).isEmpty();
        assertThat(cluster.get(SHOP)).isPresent();
        assertThat(ports).hasSize(1);
    }

    @Test
    void a_read_ends_at_once_when_it_is_interrupted() throws Exception {
        ends_at_once(Thread::interrupt);
    }

    @Test
    void a_read_ends_at_once_when_the_connection_is_closed() throws Exception {
        ends_at_once(reader -> cluster.close());
    }

    private void ends_at_once(Consumer<Thread> stop) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        server.then((exchange, body) -> {
            asked.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        CompletableFuture<RelevoException> thrown = new CompletableFuture<>();
        Thread reader =
                new Thread(() -> thrown.complete(catchThrowableOfType(RelevoException.class, () -> cluster.get(SHOP))));
        reader.start();
        asked.await();

        stop.accept(reader);

        // The server answers only when the reader has gone.
        assertThat(thrown.get().problem().code()).isEqualTo(ClusterError.INTERRUPTED);
        assertThat(server.seen).hasSize(1);
        over.countDown();
    }

    @Test
    void reads_go_through_the_proxy_of_the_kubeconfig_and_carry_who_they_are_for() throws IOException {
        server.then((exchange, body) -> {
            assertThat(exchange.getRequestHeaders().getFirst("Host")).isEqualTo("cluster.invalid");
            assertThat(exchange.getRequestHeaders().get("Impersonate-Group")).containsExactly("one", "two");
            ScriptedServer.send(exchange, 200, "{\"gitVersion\":\"v1.34.9\"}");
        });

        try (KubernetesCluster found = KubernetesCluster.connect(Optional.of(proxied()), Optional.empty())) {
            assertThat(found.version()).isEqualTo("v1.34.9");
        }
        assertThat(server.surprises).isEmpty();
    }

    @Test
    void a_watch_goes_through_the_proxy_too_and_ends_with_the_connection() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        server.then(200, "{\"kind\":\"ConfigMapList\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}");
        server.then((exchange, body) -> {
            String line = "{\"type\":\"ADDED\",\"object\":" + shop("2", "a").replace("\n", "") + "}";
            try {
                while (true) {
                    ScriptedServer.line(exchange, line);
                }
            } catch (UncheckedIOException gone) {
                ended.countDown();
            }
        });
        CountDownLatch seen = new CountDownLatch(1);

        try (KubernetesCluster found = KubernetesCluster.connect(Optional.of(proxied()), Optional.empty());
                Cluster.Watching unused = found.watch(Kind.CONFIG_MAP, "dev", Map.of(), now -> {
                    if (now.containsKey("shop")) {
                        seen.countDown();
                    }
                })) {
            seen.await();
        }

        ended.await();
    }

    @Test
    void a_token_that_is_not_accepted_is_read_again() throws IOException {
        server.then(401, "{}").then((exchange, body) -> {
            assertThat(exchange.getRequestHeaders().get("Authorization")).containsExactly("Bearer t0ken");
            assertThat(exchange.getRequestHeaders().getFirst("User-Agent")).isEqualTo("relevo");
            ScriptedServer.send(exchange, 200, "{\"gitVersion\":\"v1.34.9\"}");
        });

        try (KubernetesCluster found =
                KubernetesCluster.connect(Optional.of(kubeconfig(server.url())), Optional.empty())) {
            assertThat(found.version()).isEqualTo("v1.34.9");
        }
        assertThat(server.surprises).isEmpty();
    }

    private Path proxied() throws IOException {
        return Files.writeString(folder.resolve("proxied"), """
                apiVersion: v1
                kind: Config
                current-context: test
                contexts: [{name: test, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "http://cluster.invalid", proxy-url: "%s"}}]
                users: [{name: u, user: {token: t0ken, as: ada, as-groups: [one, two]}}]
                """.formatted(server.url()));
    }

    private Path kubeconfig(String url) throws IOException {
        return Files.writeString(folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                current-context: test
                contexts: [{name: test, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: t0ken}}]
                """.formatted(url));
    }

    private static String shop(String version, String value) {
        return """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"shop","namespace":"dev","uid":"u-1",
                "resourceVersion":"%s"},"data":{"k":"%s"},"unheardOf":{"field":3}}""".formatted(version, value);
    }
}
