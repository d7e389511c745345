package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What probes and lifecycle hooks do to a running container: an HTTP request, a connection, or a command within it. */
final class ContainerActions {
    private static final int MOST_OUTPUT = 10 * 1024;
    private static final long OUTPUT_WITHIN_MILLIS = 1000;
    private static final Executor READER = task -> {
        Thread thread = new Thread(task, "exec-output");
        thread.setDaemon(true);
        thread.start();
    };

    private final JsonNode container;
    private final LaunchedContainer launched;
    private final PodAddress address;

    ContainerActions(JsonNode container, LaunchedContainer launched, PodAddress address) {
        this.container = container;
        this.launched = launched;
        this.address = address;
    }

    /** Tries the action of a probe or hook once. */
    Probe.Result perform(JsonNode action, Duration timeout) throws InterruptedException {
        if (action.has("httpGet")) {
            JsonNode get = action.path("httpGet");
            int port = PodSpecs.port(container, get.path("port"));
            if (port == 0) {
                return new Probe.Result(false, "couldn't find port: " + get.path("port"));
            }
            String host = get.path("host").asText("");
            return host.isEmpty()
                    ? HttpCheck.get(get, address.ip(), address.port(port), timeout)
                    : HttpCheck.get(get, host, port, timeout);
        }
        if (action.has("tcpSocket")) {
            return connect(action.path("tcpSocket"), timeout);
        }
        if (action.has("exec")) {
            List<String> command = new ArrayList<>();
            action.path("exec").path("command").forEach(part -> command.add(part.asText()));
            return run(command, timeout);
        }
        if (action.has("sleep")) {
            TimeUnit.SECONDS.sleep(action.path("sleep").path("seconds").asLong());
            return new Probe.Result(true, "");
        }
        if (action.has("grpc")) {
            JsonNode grpc = action.path("grpc");
            int port = address.port(grpc.path("port").asInt());
            return GrpcCheck.check(
                    new InetSocketAddress(address.ip(), port),
                    grpc.path("service").asText(""),
                    timeout);
        }
        return new Probe.Result(
                false,
                "missing probe handler for container " + container.path("name").asText());
    }

    private Probe.Result connect(JsonNode tcp, Duration timeout) {
        int port = PodSpecs.port(container, tcp.path("port"));
        String host = tcp.path("host").asText("");
        InetSocketAddress target = host.isEmpty()
                ? new InetSocketAddress(address.ip(), address.port(port))
                : new InetSocketAddress(host, port);
        try (Socket socket = new Socket()) {
            socket.connect(target, (int) timeout.toMillis());
            return new Probe.Result(true, "");
        } catch (IOException e) {
            return new Probe.Result(
                    false,
                    "dial tcp " + target.getHostString() + ":" + target.getPort() + ": connect: "
                            + String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT));
        }
    }

    private Probe.Result run(List<String> command, Duration timeout) throws InterruptedException {
        try {
            ContainerProcess.Spec spec = launched.command(command);
            ProcessBuilder builder = new ProcessBuilder(spec.command())
                    .directory(spec.directory().toFile())
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(
                            java.nio.file.Path.of("/dev/null").toFile()));
            builder.environment().clear();
            builder.environment().putAll(spec.env());
            Process process = builder.start();
            CompletableFuture<String> printed = CompletableFuture.supplyAsync(() -> read(process), READER);
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return new Probe.Result(
                        false,
                        "command \"" + String.join(" ", command) + "\" timed out after " + timeout.toSeconds() + "s");
            }
            String text = printed.get(OUTPUT_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
            return new Probe.Result(process.exitValue() == 0, text.strip());
        } catch (TimeoutException e) {
            return new Probe.Result(false, "the command ended, but what it started keeps its output open");
        } catch (ExecutionException e) {
            return new Probe.Result(false, String.valueOf(e.getMessage()));
        } catch (IOException | CannotStart e) {
            return new Probe.Result(false, String.valueOf(e.getMessage()));
        }
    }

    /** Reads all, so that the command never waits for a reader, and keeps the beginning. */
    private static String read(Process process) {
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
            output.transferTo(OutputStream.nullOutputStream());
            return text;
        } catch (IOException e) {
            return "its output cannot be read: " + e.getMessage();
        }
    }
}
