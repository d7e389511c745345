package dev.relevo.local.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relevo.platform.running.LoopbackPort;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The background process of the local environment")
class LocalDaemonTest {
    @TempDir
    Path parent;

    private Path directory;
    private LocalDaemon daemon;

    @BeforeEach
    void at() {
        directory = parent.resolve("a home");
        daemon = LocalDaemon.at(directory);
    }

    @AfterEach
    void end() throws Exception {
        if (Files.exists(directory.resolve("settings.json"))) {
            daemon.reset();
        }
    }

    /** Ports that nobody takes while the environment is down: those that it finds itself the system may give to others. */
    private void withPortsOfItsOwn() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("settings.json"),
                "{\"apiPort\": %d, \"registryPort\": %d}".formatted(LoopbackPort.free(), LoopbackPort.free()));
    }

    @Test
    @DisplayName("starts once for callers at the same time, keeps its ports, and leaves nothing after a reset")
    void lives() throws Exception {
        withPortsOfItsOwn();
        assertThat(daemon.status().state()).isEqualTo(LocalStatus.State.STOPPED);

        CompletableFuture<RunningEnvironment> other = CompletableFuture.supplyAsync(this::up);
        RunningEnvironment running = daemon.up();

        assertThat(other.get(60, TimeUnit.SECONDS)).isEqualTo(running);
        assertThat(daemon.status().running()).contains(running);
        assertThat(running.kubeconfig()).exists();

        assertThat(daemon.down().state()).isEqualTo(LocalStatus.State.RUNNING);
        assertThat(running.process()).isEmpty();
        assertThat(daemon.status().state()).isEqualTo(LocalStatus.State.STOPPED);

        RunningEnvironment again = daemon.up();
        assertThat(again.apiUrl()).isEqualTo(running.apiUrl());
        assertThat(again.registry()).isEqualTo(running.registry());

        daemon.reset();
        assertThat(directory).doesNotExist();
    }

    private RunningEnvironment up() {
        try {
            return daemon.up();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("outlives the build of Jenkins that started it, because nothing marks it as the build's")
    void outlivesABuild() throws Exception {
        ProcessBuilder build = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Build.class.getName(),
                        directory.toString())
                .inheritIO();
        build.environment().put("JENKINS_NODE_COOKIE", "node");
        build.environment().put("JENKINS_SERVER_COOKIE", "server");
        build.environment().put("BUILD_ID", "1");
        Process process = build.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        long pid =
                daemon.status().running().orElseThrow().process().orElseThrow().pid();
        assertThat(Files.readString(Path.of("/proc/" + pid + "/environ")))
                .contains("PATH=")
                .doesNotContain("COOKIE", "BUILD_ID");
    }

    /** A build that starts the environment and ends. */
    static final class Build {
        private Build() {}

        public static void main(String[] args) throws Exception {
            LocalDaemon.at(Path.of(args[0])).up();
        }
    }

    @Test
    @DisplayName("names the port that another program has taken")
    void portInUse() throws Exception {
        withPortsOfItsOwn();
        RunningEnvironment running = daemon.up();
        daemon.down();
        int port = Integer.parseInt(running.registry().split(":")[1]);

        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(daemon::up)
                    .isInstanceOf(RelevoException.class)
                    .hasMessageContaining("RLV-801")
                    .hasMessageContaining("[" + other.getLocalPort() + "]");
        }
    }

    @Test
    @DisplayName("is known to have died when it was killed, and starts again")
    void killed() throws Exception {
        withPortsOfItsOwn();
        RunningEnvironment running = daemon.up();
        ProcessHandle process = running.process().orElseThrow();
        process.destroyForcibly();
        process.onExit().get(60, TimeUnit.SECONDS);

        assertThat(daemon.status().state()).isEqualTo(LocalStatus.State.DIED);
        assertThat(daemon.up().pid()).isNotEqualTo(running.pid());
    }

    @Test
    @DisplayName("gives a namespace a real database, whose data outlives a restart")
    void database() throws Exception {
        withPortsOfItsOwn();
        RunningEnvironment running = daemon.up();
        daemon.ensureDatabase("default", "clients-db", "clients");
        try (Connection connection = connect(running)) {
            connection.createStatement().execute("create table client (name text)");
            connection.createStatement().execute("insert into client values ('Ada')");
        }
        daemon.down();

        RunningEnvironment again = daemon.up();
        daemon.ensureDatabase("default", "clients-db", "clients");

        try (Connection connection = connect(again);
                var rows = connection.createStatement().executeQuery("select name from client")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("Ada");
        }
    }

    @Test
    @DisplayName("answers every request for a database anew, and not with the answer before")
    void databaseAfterDatabase() throws Exception {
        withPortsOfItsOwn();
        daemon.up();
        String tooLong = "x".repeat(64);

        daemon.ensureDatabase("default", "clients-db", "clients");
        assertThatThrownBy(() -> daemon.ensureDatabase("default", "clients-db", tooLong))
                .isInstanceOf(RelevoException.class)
                .hasMessageContaining("RLV-808")
                .hasMessageContaining("[default_" + tooLong + "]");
        assertThatCode(() -> daemon.ensureDatabase("default", "clients-db", "clients"))
                .doesNotThrowAnyException();
    }

    private static Connection connect(RunningEnvironment running) throws Exception {
        var secret = new TestClient(running)
                .get("/api/v1/namespaces/default/secrets/clients-db")
                .path("data");
        return DriverManager.getConnection(
                decode(secret.path("url").asText()),
                decode(secret.path("username").asText()),
                decode(secret.path("password").asText()));
    }

    private static String decode(String value) {
        return new String(Base64.getDecoder().decode(value), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("does not remove a directory that is something else")
    void refusesToReset() throws Exception {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("thesis.txt"), "years of work");

        assertThatThrownBy(daemon::reset).isInstanceOf(RelevoException.class).hasMessageContaining("RLV-806");

        assertThat(directory.resolve("thesis.txt")).exists();
    }
}
