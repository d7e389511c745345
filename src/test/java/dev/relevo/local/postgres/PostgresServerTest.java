package dev.relevo.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

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

    private boolean isPossibleHere(UnprivilegedCommand command) {
        try {
            return command.canWriteTo(parent);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
