package dev.relevo.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ResourceTypes;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServiceProxyTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ProxyFixture cluster;

    @BeforeEach
    void start(@TempDir Path directory) {
        cluster = new ProxyFixture(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aServiceSaysWhereItIsReachedAndSpreadsItsRequestsEvenly() throws Exception {
        try (HttpBackend one = HttpBackend.named("one");
                HttpBackend two = HttpBackend.named("two")) {
            ObjectNode service = cluster.service("web", 18080);
            cluster.endpoints("web", List.of(one.ready(), two.ready()));
            String url = cluster.url("web");
            cluster.awaitTakenOver();

            for (int i = 0; i < 20; i++) {
                assertThat(get(url).statusCode()).isEqualTo(200);
            }

            assertThat(url)
                    .isEqualTo(
                            "http://" + service.path("spec").path("clusterIP").asText() + ":18080");
            assertThat(one.requests.get()).isEqualTo(10);
            assertThat(two.requests.get()).isEqualTo(10);
        }
    }

    @Test
    void noRequestFailsWhileEndpointsComeAndGo() throws Exception {
        cluster.service("web", 18081);
        HttpBackend old = HttpBackend.named("v0");
        cluster.endpoints("web", List.of(old.ready()));
        try (OpenLoopClient load = new OpenLoopClient(cluster.url("web"), 250)) {
            for (int version = 1; version <= 8; version++) {
                String name = "v" + version;
                HttpBackend next = HttpBackend.named(name);
                cluster.endpoints("web", List.of(next.ready()));
                ProxyFixture.await(() -> load.answersOf(name) > 20);

                cluster.endpoints("web", List.of(old.ready().ending()));
                assertThat(cluster.proxy.awaitDrained("127.0.0.1", LONG)).isTrue();
                int seen = old.requests.get();
                old.close();

                ProxyFixture.await(() -> load.answersOf(name) > 100);
                assertThat(old.requests.get()).isEqualTo(seen);
                cluster.removeEndpoint("web", old.address);
                old = next;
            }
            load.finish();
            old.close();

            assertThat(load.failures).isEmpty();
            assertThat(load.total()).isGreaterThan(800);
        }
    }

    @Test
    void noReadFailsWhenAServerDiesBeforeItsEndpointIsGone() throws Exception {
        cluster.service("web", 18082);
        try (HttpBackend lasting = HttpBackend.named("lasting")) {
            cluster.endpoints("web", List.of(lasting.ready()));
            try (OpenLoopClient load = new OpenLoopClient(cluster.url("web"), 250)) {
                for (int i = 0; i < 6; i++) {
                    String name = "dying" + i;
                    HttpBackend dying = HttpBackend.named(name);
                    cluster.endpoints("web", List.of(dying.ready()));
                    ProxyFixture.await(() -> load.answersOf(name) > 30);
                    dying.close();
                    int before = load.answersOf("lasting");
                    ProxyFixture.await(() -> load.answersOf("lasting") > before + 50);
                    cluster.removeEndpoint("web", dying.address);
                }
                load.finish();

                assertThat(load.failures).isEmpty();
            }
        }
    }

    @Test
    void whatIsInFlightToATerminatingEndpointIsAnsweredAndWaitedFor() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (HttpBackend slow = HttpBackend.handling(exchange -> {
            arrived.countDown();
            goOn.await(30, TimeUnit.SECONDS);
            exchange.getResponseSender().send("slow");
        })) {
            cluster.service("web", 18083);
            cluster.endpoints("web", List.of(slow.ready()));
            String url = cluster.url("web");
            CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                    HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            arrived.await();

            cluster.endpoints("web", List.of(slow.ready().ending()));

            assertThat(cluster.proxy.awaitDrained("127.0.0.1", Duration.ofMillis(50)))
                    .isFalse();
            goOn.countDown();
            assertThat(cluster.proxy.awaitDrained("127.0.0.1", LONG)).isTrue();
            assertThat(answer.join().body()).isEqualTo("slow");
        }
    }

    @Test
    void aBackendThatClosesEveryConnectionIsNoTroubleToAClientThatKeepsIts() throws Exception {
        try (HttpBackend closing = HttpBackend.handling(exchange -> {
                    exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
                    exchange.getResponseSender().send("closing");
                });
                Socket socket = new Socket()) {
            cluster.service("web", 18084);
            cluster.endpoints("web", List.of(closing.ready()));
            URI url = URI.create(cluster.url("web"));
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));

            for (int i = 0; i < 5; i++) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: web\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(readUntil(socket.getInputStream(), "closing"))
                        .startsWith("HTTP/1.1 200")
                        .doesNotContainIgnoringCase("connection: close");
            }
        }
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The connection ended after [" + text + "]");
            }
            text.append((char) next);
        }
        return text.toString();
    }

    @Test
    void withoutAReadyEndpointTheAnswerSaysWhichServiceHasNone(@TempDir Path directory) throws Exception {
        try (ProxyFixture impatient = new ProxyFixture(directory, Duration.ofMillis(300))) {
            impatient.service("lonely", 18085);

            HttpResponse<String> answer = get(impatient.url("lonely"));

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
            assertThat(answer.body()).startsWith("Service default/lonely port 18085 has no ready endpoint.");
        }
    }

    /** A server that takes a request and closes the connection without an answer. */
    private static final class Dying implements AutoCloseable {
        final ServerSocket server = new ServerSocket(0, 50, java.net.InetAddress.getByName("127.0.0.1"));
        final AtomicInteger requests = new AtomicInteger();

        Dying() throws IOException {
            Thread thread = new Thread(() -> {
                while (!server.isClosed()) {
                    try (Socket accepted = server.accept()) {
                        readUntil(accepted.getInputStream(), "\r\n\r\n");
                        requests.incrementAndGet();
                    } catch (IOException e) {
                        continue;
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        ProxyFixture.Endpoint ready() {
            return ProxyFixture.Endpoint.ready(new InetSocketAddress("127.0.0.1", server.getLocalPort()));
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @Test
    void aRequestThatMayHaveBeenCarriedOutIsNotSentAgainAndTheAnswerSaysSo() throws Exception {
        try (Dying dying = new Dying()) {
            cluster.service("web", 18091);
            cluster.endpoints("web", List.of(dying.ready()));

            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(cluster.url("web") + "/orders"))
                            .POST(HttpRequest.BodyPublishers.ofString("one"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
            assertThat(answer.body())
                    .startsWith("Service default/web port 18091: endpoint 127.0.0.1:" + dying.server.getLocalPort()
                            + " closed the connection before it answered POST /orders.")
                    .contains("may have been carried out");
            assertThat(dying.requests.get()).isEqualTo(1);
        }
    }

    @Test
    void aReadIsSentToAnotherEndpointWhenTheFirstClosesTheConnection() throws Exception {
        try (Dying dying = new Dying();
                HttpBackend well = HttpBackend.named("well")) {
            cluster.service("web", 18092);
            cluster.endpoints("web", List.of(dying.ready(), well.ready()));
            String url = cluster.url("web");
            cluster.awaitTakenOver();

            for (int i = 0; i < 6; i++) {
                assertThat(get(url).body()).isEqualTo("well");
            }

            assertThat(dying.requests.get()).isPositive();
        }
    }

    @Test
    void anEmptyRefusalOfTheBackendStaysItsOwn() throws Exception {
        try (HttpBackend busy =
                HttpBackend.handling(exchange -> exchange.setStatusCode(503).endExchange())) {
            cluster.service("web", 18093);
            cluster.endpoints("web", List.of(busy.ready()));

            HttpResponse<String> answer = get(cluster.url("web"));

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void aRequestWaitsAMomentForTheFirstEndpoint() throws Exception {
        cluster.service("web", 18086);
        String url = cluster.url("web");
        try (HttpBackend late = HttpBackend.named("late")) {
            CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                    HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            cluster.endpoints("web", List.of(late.ready()));

            assertThat(answer.join().body()).isEqualTo("late");
        }
    }

    @Test
    void bodiesOfAnySizeGoBothWays() throws Exception {
        try (HttpBackend echo = HttpBackend.handling(exchange -> {
            exchange.startBlocking();
            byte[] body = exchange.getInputStream().readAllBytes();
            exchange.getOutputStream().write(body);
        })) {
            cluster.service("echo", 18087);
            cluster.endpoints("echo", List.of(echo.ready()));
            byte[] body = new byte[5_000_000];
            for (int i = 0; i < body.length; i++) {
                body[i] = (byte) (i * 31 + i / 1000);
            }
            URI url = URI.create(cluster.url("echo") + "/any/path?x=1");

            HttpResponse<byte[]> whole = client.send(
                    HttpRequest.newBuilder(url)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            HttpResponse<byte[]> chunked = client.send(
                    HttpRequest.newBuilder(url)
                            .POST(HttpRequest.BodyPublishers.ofInputStream(
                                    () -> new java.io.ByteArrayInputStream(body)))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());

            assertThat(whole.body()).isEqualTo(body);
            assertThat(chunked.body()).isEqualTo(body);
        }
    }

    @Test
    void theBackendSeesTheHostThatWasAskedForAndWhoAsked() throws Exception {
        try (HttpBackend headers = HttpBackend.handling(exchange -> exchange.getResponseSender()
                .send(exchange.getRequestHeaders().getFirst(Headers.HOST) + " "
                        + exchange.getRequestHeaders().getFirst(new HttpString("X-Forwarded-For")) + " "
                        + exchange.getRequestHeaders().getFirst(new HttpString("X-Forwarded-Proto")) + " "
                        + exchange.getRequestURI() + " " + exchange.getQueryString()))) {
            ObjectNode service = cluster.service("web", 18088);
            cluster.endpoints("web", List.of(headers.ready()));
            String ip = service.path("spec").path("clusterIP").asText();

            String seen = get(cluster.url("web") + "/a%2Fb/c?q=%20x").body();

            assertThat(seen).startsWith(ip + ":18088 127.").endsWith(" http /a%2Fb/c q=%20x");
        }
    }

    @Test
    void otherProtocolsAreForwardedByteByByte() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, java.net.InetAddress.getByName("127.0.0.1"))) {
            Thread echo = new Thread(() -> {
                try (Socket accepted = server.accept()) {
                    byte[] all = accepted.getInputStream().readAllBytes();
                    accepted.getOutputStream().write("got ".getBytes(StandardCharsets.UTF_8));
                    accepted.getOutputStream().write(all);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            echo.start();
            cluster.service("db", 5432);
            cluster.endpoints(
                    "db",
                    List.of(ProxyFixture.Endpoint.ready(new InetSocketAddress("127.0.0.1", server.getLocalPort()))));
            URI url = URI.create(cluster.url("db"));
            assertThat(url.getScheme()).isEqualTo("tcp");
            try (Socket socket = new Socket(url.getHost(), url.getPort())) {
                socket.getOutputStream().write("any bytes\0".getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("got any bytes\0");
            }
            echo.join();
        }
    }

    @Test
    void whereAPortIsTakenAnotherOneOfItsAddressStandsInAndStays() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.96.200.1"));
                HttpBackend web = HttpBackend.named("web")) {
            cluster.service(
                    "web",
                    other.getLocalPort(),
                    service -> ((ObjectNode) service.path("spec"))
                            .put("clusterIP", "127.96.200.1")
                            .put("type", "LoadBalancer"));
            cluster.endpoints("web", List.of(web.ready()));

            String url = cluster.url("web");

            assertThat(url).matches("http://127\\.96\\.200\\.1:\\d+").doesNotEndWith(":" + other.getLocalPort());
            assertThat(get(url).body()).isEqualTo("web");
            var key = ResourceTypes.SERVICE.key("default", "web");
            ProxyFixture.await(() -> !cluster.read(key)
                    .path("status")
                    .path("loadBalancer")
                    .path("ingress")
                    .isEmpty());
            assertThat(cluster.read(key)
                            .path("status")
                            .path("loadBalancer")
                            .path("ingress")
                            .path(0)
                            .path("ip")
                            .asText())
                    .isEqualTo("127.96.200.1");

            cluster.proxy.close();
            try (ServiceProxy again = ServiceProxy.start(cluster.store, ProxyFixture.options())) {
                assertThat(cluster.annotation(key)).isEqualTo(url);
                assertThat(get(url).body()).isEqualTo("web");
                assertThat(again.awaitDrained("127.0.0.1", LONG)).isTrue();
            }
        }
    }

    @Test
    void aServiceThatIsDeletedIsNotListenedForAnyMore() throws Exception {
        cluster.service("web", 18090);
        URI url = URI.create(cluster.url("web"));

        cluster.store.delete(ResourceTypes.SERVICE.key("default", "web"), DeleteOptions.defaults());

        ProxyFixture.await(() -> {
            try (Socket socket = new Socket(url.getHost(), url.getPort())) {
                return !socket.isConnected();
            } catch (IOException e) {
                return true;
            }
        });
    }
}
