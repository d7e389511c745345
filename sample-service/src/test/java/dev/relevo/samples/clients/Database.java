package dev.relevo.samples.clients;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;

/** An empty database of its own on the one real PostgreSQL server of the test run. */
record Database(String name) {
    private static final String USER = "postgres";

    static Database empty() throws SQLException {
        Database database =
                new Database("clients_" + UUID.randomUUID().toString().replace('-', '_'));
        new Database(USER).execute("CREATE DATABASE " + database.name());
        return database;
    }

    String url() {
        return Server.RUNNING.getJdbcUrl(USER, name);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long count(String table) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** How many statements wait for a lock that another one holds. */
    long waiting() {
        try {
            return count("pg_locks WHERE NOT granted");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Cuts every connection and lets no new one in, as an outage does. */
    void goDown() throws SQLException {
        new Database(USER).execute("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS false");
        new Database(USER)
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
    }

    void comeBack() throws SQLException {
        new Database(USER).execute("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS true");
    }

    /** What the service is told about this database. */
    Map<String, String> environment() {
        return Map.of("DB_URL", url(), "DB_USERNAME", USER, "DB_PASSWORD", "trusted");
    }

    /** Started by the first test that needs it; the library stops it when the JVM ends. */
    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                // A folder for each user: what one of them unpacked, another could not add to.
                File unpacked = new File(
                        System.getProperty("java.io.tmpdir"), "embedded-pg-" + System.getProperty("user.name"));
                try {
                    return builder(unpacked).start();
                } catch (IllegalStateException refused) {
                    if (!System.getProperty("user.name").equals("root")) {
                        throw refused;
                    }
                    return builder(unpacked)
                            .setDataDirectory(NobodysPostgres.prepare(unpacked.toPath()))
                            .start();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static EmbeddedPostgres.Builder builder(File unpacked) {
            return EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(unpacked)
                    .setServerConfig("listen_addresses", "127.0.0.1");
        }
    }
}
