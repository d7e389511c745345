package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.platform.running.UnansweredPort;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcCheckTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init")
    private Undertow server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop();
        }
    }

    private InetSocketAddress serve(HttpHandler handler) {
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setHandler(new BlockingHandler(handler))
                .build();
        server.start();
        return (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    }

    /** A health service that says how each service is: {@code 1} for those that serve, {@code 2} for the others. */
    private InetSocketAddress health(String serving) {
        return serve(exchange -> {
            byte[] request = exchange.getInputStream().readAllBytes();
            String asked = request.length < 7 ? "" : new String(request, 7, request.length - 7, StandardCharsets.UTF_8);
            assertThat(exchange.getRequestPath()).isEqualTo("/grpc.health.v1.Health/Check");
            assertThat(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE))
                    .isEqualTo("application/grpc");
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/grpc");
            byte status = (byte) (asked.equals(serving) ? 1 : 2);
            exchange.getOutputStream().write(new byte[] {0, 0, 0, 0, 2, 8, status});
        });
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    @Test
    void passesWhatServes() {
        assertThat(GrpcCheck.check(health(""), "", SOON)).isEqualTo(new Probe.Result(true, ""));
        stop();
        assertThat(GrpcCheck.check(health("shop.Orders"), "shop.Orders", SOON).success())
                .isTrue();
    }

    @Test
    void saysThatAServiceDoesNotServe() {
        Probe.Result result = GrpcCheck.check(health("other"), "shop.Orders", SOON);
        assertThat(result.success()).isFalse();
        assertThat(result.message()).contains("service unhealthy (responded with \"NOT_SERVING\")");
    }

    @Test
    void saysThatAServerHasNoHealthService() {
        InetSocketAddress address = serve(exchange -> exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, "application/grpc")
                .put(new HttpString("grpc-status"), "12")
                .put(new HttpString("grpc-message"), "unknown service"));
        Probe.Result result = GrpcCheck.check(address, "", SOON);
        assertThat(result.success()).isFalse();
        assertThat(result.message())
                .isEqualTo("error: this server does not implement the grpc health protocol (grpc.health.v1.Health):"
                        + " unknown service");
    }

    @Test
    void failsWhereNobodyListensAndWhereNobodyAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                UnansweredPort nobody = new UnansweredPort()) {
            Probe.Result late = GrpcCheck.check(at(silent.getLocalPort()), "", Duration.ofMillis(300));
            assertThat(late.message()).startsWith("timeout: health rpc did not complete within 0s");
            Probe.Result refused = GrpcCheck.check(at(nobody.number()), "", SOON);
            assertThat(refused.message()).startsWith("timeout: failed to connect service \"127.0.0.1:");
        }
    }
}
