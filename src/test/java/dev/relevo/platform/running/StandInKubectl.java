package dev.relevo.platform.running;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A server on loopback that gives every release of kubectl, each of which is a script that says so. */
public final class StandInKubectl implements AutoCloseable {
    /** What it prints. */
    public static final String SAYS = "stand-in for kubectl";

    private static final byte[] PROGRAM = ("#!/bin/sh\necho " + SAYS + "\n").getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;

    private StandInKubectl(HttpServer server) {
        this.server = server;
    }

    public static StandInKubectl serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, PROGRAM.length);
            exchange.getResponseBody().write(PROGRAM);
            exchange.close();
        });
        server.start();
        return new StandInKubectl(server);
    }

    /** What KUBECTL_URL has to be. */
    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Makes a file of checksums expect it. */
    public static void expectIn(Path sums) throws Exception {
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(PROGRAM));
        Files.writeString(sums, Files.readString(sums).replaceAll("[0-9a-f]{64}", sum));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
