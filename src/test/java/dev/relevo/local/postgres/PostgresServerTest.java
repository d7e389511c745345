package dev.relevo.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A PostgreSQL server")
class PostgresServerTest {
    @TempDir
    Path parent;

    @Test
    @DisplayName("runs in every way that there is for this user, in a directory that is closed to others")
    void everyWay() throws Exception {
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx------"));
        List<UnprivilegedCommand> possible = UnprivilegedCommand.candidates(parent).stream()
                .filter(this::isPossibleHere)
                .toList();
        assertThat(possible).isNotEmpty();
        for (UnprivilegedCommand command : possible) {
            Path directory = Files.createDirectory(
                    parent.resolve("way" + command.prefix().size()));
            try (PostgresServer server = PostgresServer.start(directory, command);
                    Connection connection = server.connect("postgres");
                    var rows = connection.createStatement().executeQuery("show server_version_num")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isGreaterThanOrEqualTo(180000);
                assertThat(server.isAlive()).isTrue();
            }
            // A write that was cut short leaves an empty file.
            Files.writeString(directory.resolve("port"), "");
            try (PostgresServer again = PostgresServer.start(directory, command)) {
                assertThat(again.isAlive()).isTrue();
            }
        }
    }

    @Test
    @DisplayName("starts on another port when somebody takes the chosen one before it does")
    void portTakenMeanwhile() throws Exception {
        UnprivilegedCommand here = UnprivilegedCommand.find(parent);
        Path directory = Files.createDirectory(parent.resolve("server"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(PostgresServer.HOST))) {
            UnprivilegedCommand late = new UnprivilegedCommand(
                    here.line(List.of(firstOnPort(taken.getLocalPort()).toString())));
            try (PostgresServer server = PostgresServer.start(directory, late);
                    Connection connection = server.connect("postgres")) {
                assertThat(connection.isValid(10)).isTrue();
                assertThat(server.port()).isNotEqualTo(taken.getLocalPort());
            }
        }
        assertThat(directory.resolve("postgres.log")).content().contains("could not bind IPv4 address");
    }

    /** A program that runs another; the first server that it runs is given this port instead of its own. */
    private Path firstOnPort(int port) throws IOException {
        Path script = parent.resolve("late");
        Files.writeString(script, """
                #!/bin/sh
                case "$1" in
                */postgres)
                    if mkdir "$0.was-late" 2> /dev/null; then
                        program=$1 data=$3
                        shift 5
                        exec "$program" -D "$data" -p %d "$@"
                    fi
                esac
                exec "$@"
                """.formatted(port));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    private boolean isPossibleHere(UnprivilegedCommand command) {
        try {
            return command.canWriteTo(parent);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
