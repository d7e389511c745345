package dev.relevo.cli;

import com.sun.net.httpserver.HttpServer;
import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.console.Streams;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs what most calls run, so that the virtual machine can keep the classes for the next start. Nothing of it leaves the
 * machine or stays on disk: the cluster is a server of this process that has no objects.
 */
final class Training {
    private static final String[][] CALLS = {
        {"--help"},
        {"--version"},
        {"confg"},
        {"config", "explain"},
        {"config", "explain", "--json"},
        {"status", "-e", "training"},
        {"history", "-e", "training"},
        {"doctor", "-e", "training"},
    };
    private static final String NOTHING = """
            {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": [], "resources": []}
            """;

    private Training() {}

    /** No arguments; ends with 0. */
    public static void main(String[] none) throws IOException {
        Path folder = Files.createTempDirectory("relevo-training");
        Path config = folder.resolve("relevo.yaml");
        Path kubeconfig = folder.resolve("kubeconfig");
        HttpServer cluster = emptyCluster();
        try {
            int port = cluster.getAddress().getPort();
            Files.writeString(kubeconfig, kubeconfig(port));
            Files.writeString(config, config(port));
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            for (String[] call : CALLS) {
                Streams streams = new Streams(nowhere, nowhere, Map.of(), true, 80, folder);
                int unused = new CommandRun(streams).execute(call);
            }
        } finally {
            cluster.stop(0);
            Files.deleteIfExists(config);
            Files.deleteIfExists(kubeconfig);
            Files.deleteIfExists(folder);
        }
        System.exit(0);
    }

    private static HttpServer emptyCluster() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] nothing = NOTHING.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, nothing.length);
            exchange.getResponseBody().write(nothing);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String kubeconfig(int port) {
        return """
        apiVersion: v1
        kind: Config
        current-context: training
        clusters: [{name: training, cluster: {server: "http://127.0.0.1:%d"}}]
        contexts: [{name: training, context: {cluster: training, user: training}}]
        users: [{name: training, user: {}}]
        """.formatted(port);
    }

    private static String config(int port) {
        return """
        app: training
        image: {repository: "127.0.0.1:%d/training"}
        environments: {training: {kubeconfig: kubeconfig}}
        """.formatted(port);
    }
}
