package dev.relevo.local.postgres;

import dev.relevo.local.files.Directories;
import dev.relevo.local.node.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server on 127.0.0.1 with its data in one directory. */
final class PostgresServer implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    private static final String SUPERUSER = "relevo";
    private static final long START_SECONDS = 30;
    private static final long STOP_SECONDS = 10;
    private static final long LARGEST_LOG = 4L << 20;
    private static final int PORTS_TRIED = 3;
    /** PostgreSQL's words when another program has its port; its locale is C. */
    private static final String NO_PORT = "could not create any TCP/IP sockets";

    private final ProcessHandle process;
    private final int port;
    private final String password;

    private PostgresServer(ProcessHandle process, int port, String password) {
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /** Starts the server, making its data directory first if there is none; waits until it answers. */
    static PostgresServer start(Path directory) throws PostgresFailure, InterruptedException {
        try {
            Files.createDirectories(directory);
            return start(directory, UnprivilegedCommand.find(directory));
        } catch (IOException e) {
            throw new PostgresFailure("PostgreSQL cannot be started in [" + directory + "]: " + e.getMessage(), e);
        }
    }

    /** Starts it in a given way. */
    static PostgresServer start(Path directory, UnprivilegedCommand command)
            throws PostgresFailure, InterruptedException {
        try {
            Path programs = PostgresBinaries.unpack(directory);
            Path data = directory.resolve("data");
            Path secret = directory.resolve("password");
            endLeftover(data);
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                initialise(programs, command, data, secret);
            }
            return launch(directory, programs, command, Files.readString(secret).strip());
        } catch (IOException e) {
            throw new PostgresFailure("PostgreSQL cannot be started in [" + directory + "]: " + e.getMessage(), e);
        }
    }

    private static void initialise(Path programs, UnprivilegedCommand command, Path data, Path secret)
            throws IOException, PostgresFailure, InterruptedException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Files.deleteIfExists(secret);
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, HexFormat.of().formatHex(random) + "\n");
        Path fresh = data.resolveSibling("data.new");
        Directories.delete(fresh);
        Path log = data.resolveSibling("initdb.log");
        Process initdb = new ProcessBuilder(command.line(List.of(
                        programs.resolve("bin/initdb").toString(),
                        "--pgdata=" + fresh,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + secret,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!initdb.waitFor(60, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
            initdb.destroyForcibly();
            throw new PostgresFailure(
                    "PostgreSQL could not make its data directory: " + lastLines(log) + " (see [" + log + "])");
        }
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The port is kept, so that addresses which programs know stay right; a new one is taken only when it is in use. */
    private static int port(Path file) throws IOException {
        String kept = Files.exists(file) ? Files.readString(file).strip() : "";
        int port = kept.matches("[0-9]{1,5}") && isFree(Integer.parseInt(kept)) ? Integer.parseInt(kept) : 0;
        if (port == 0) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
                port = socket.getLocalPort();
            }
            Files.writeString(file, port + "\n");
        }
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            return socket.isBound();
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Starts it, on another port when somebody takes the chosen one meanwhile. */
    private static PostgresServer launch(Path directory, Path programs, UnprivilegedCommand command, String password)
            throws IOException, PostgresFailure, InterruptedException {
        Path kept = directory.resolve("port");
        for (int attempt = 1; ; attempt++) {
            try {
                return launch(directory, programs, command, port(kept), password);
            } catch (PortTaken taken) {
                if (attempt == PORTS_TRIED) {
                    throw taken;
                }
                Files.deleteIfExists(kept);
            }
        }
    }

    private static PostgresServer launch(
            Path directory, Path programs, UnprivilegedCommand command, int port, String password)
            throws IOException, PostgresFailure, InterruptedException {
        Path log = directory.resolve("postgres.log");
        if (Files.exists(log) && Files.size(log) > LARGEST_LOG) {
            Files.delete(log);
        }
        Process process = new ProcessBuilder(command.line(List.of(
                        programs.resolve("bin/postgres").toString(),
                        "-D",
                        directory.resolve("data").toString(),
                        "-p",
                        String.valueOf(port),
                        "-c",
                        "listen_addresses=" + HOST,
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "shared_buffers=32MB",
                        "-c",
                        "max_connections=200",
                        "-c",
                        "synchronous_commit=off",
                        "-c",
                        "max_wal_size=256MB")))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        PostgresServer server = new PostgresServer(process.toHandle(), port, password);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        String last = "";
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Connection connection = server.connect("postgres")) {
                return server;
            } catch (SQLException e) {
                last = String.valueOf(e.getMessage());
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
        boolean ended = !process.isAlive();
        server.close();
        String why = "PostgreSQL did not start: " + (ended ? lastLines(log) : last) + " (see [" + log + "])";
        throw ended && lastLines(log).contains(NO_PORT) ? new PortTaken(why) : new PostgresFailure(why);
    }

    /** Somebody else listens on the port. */
    private static final class PortTaken extends PostgresFailure {
        private static final long serialVersionUID = 1;

        PortTaken(String message) {
            super(message);
        }
    }

    /** Ends a server that an environment before this one left running on the same data. */
    static void endLeftover(Path data) throws IOException, InterruptedException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        Optional<ProcessHandle> leftover =
                lines.isEmpty() || !lines.get(0).strip().matches("[0-9]+")
                        ? Optional.empty()
                        : ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                                .filter(handle -> handle.info()
                                        .commandLine()
                                        .filter(line -> line.contains(data.toString()))
                                        .isPresent());
        if (leftover.isPresent()) {
            stop(leftover.get());
        } else {
            Files.delete(pidFile);
        }
    }

    private static void stop(ProcessHandle server) throws IOException, InterruptedException {
        // SIGINT is PostgreSQL's fast shutdown: it ends sessions instead of waiting for them as it does on SIGTERM.
        new ProcessBuilder("/bin/sh", "-c", "kill -INT " + server.pid())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor(5, TimeUnit.SECONDS);
        if (!Processes.awaitEnd(server, Duration.ofSeconds(STOP_SECONDS))) {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly();
        }
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** A connection of the superuser. */
    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + HOST + ":" + port + "/" + database + "?connectTimeout=2&sslmode=disable",
                SUPERUSER,
                password);
    }

    @Override
    public void close() {
        try {
            stop(process);
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
