package dev.relevo.local.postgres;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Meta;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL server for the environment, started when the first database is asked for. */
public final class PostgresAddon implements AutoCloseable {
    private static final int CLUSTER_PORT = 5432;
    private static final String SERVICE = "postgresql";
    private static final WriteOptions AS_ADDON = WriteOptions.by("relevo-postgresql");

    private final ObjectStore store;
    private final Path directory;
    private @Nullable PostgresServer server;
    private boolean closed;

    /**
     * An add-on whose server is not started yet.
     *
     * @param directory where its programs and data lie
     */
    public PostgresAddon(ObjectStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /**
     * Makes sure that there is a database with a role of its own, that the Secret in the namespace leads to it (keys url,
     * host, port, database, username, password), and that a Service {@code postgresql} does too.
     *
     * @param database a plain SQL name; each namespace has its own database of that name
     * @throws PostgresFailure when the server cannot be started or refuses
     */
    public synchronized void ensureDatabase(String namespace, String secretName, String database)
            throws PostgresFailure, InterruptedException {
        if (closed) {
            throw new PostgresFailure("The local environment is stopping; ask again when it runs");
        }
        PostgresServer running = server;
        if (running == null || !running.isAlive()) {
            running = PostgresServer.start(directory);
            server = running;
        }
        String name = (namespace + "_" + database).replace('-', '_');
        if (name.length() > 63) {
            throw new PostgresFailure("The database name [" + name + "] is longer than PostgreSQL's 63 characters;"
                    + " choose a shorter database or namespace");
        }
        ObjectKey key = ResourceTypes.SECRET.key(namespace, secretName);
        String password = knownPassword(key).orElseGet(PostgresAddon::newPassword);
        try (Connection connection = running.connect("postgres")) {
            ensureRole(connection, name, password);
            ensureDatabase(connection, name);
        } catch (SQLException e) {
            throw new PostgresFailure("PostgreSQL refused to make the database [" + name + "]: " + e.getMessage(), e);
        }
        writeService(namespace, running.port());
        writeSecret(key, name, password, running.port());
    }

    private Optional<String> knownPassword(ObjectKey key) {
        return store.get(key)
                .map(secret -> secret.path("data").path("password").asText(""))
                .filter(encoded -> !encoded.isEmpty())
                .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
    }

    private static String newPassword() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static void ensureRole(Connection connection, String name, String password) throws SQLException {
        boolean exists = exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", name);
        try (Statement statement = connection.createStatement()) {
            String verb = exists ? "ALTER" : "CREATE";
            statement.execute(verb + " ROLE " + statement.enquoteIdentifier(name, true) + " LOGIN PASSWORD "
                    + statement.enquoteLiteral(password));
        }
    }

    private static void ensureDatabase(Connection connection, String name) throws SQLException {
        if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", name)) {
            try (Statement statement = connection.createStatement()) {
                String quoted = statement.enquoteIdentifier(name, true);
                statement.execute("CREATE DATABASE " + quoted + " OWNER " + quoted);
            }
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            return statement.executeQuery().next();
        }
    }

    private void writeSecret(ObjectKey key, String name, String password, int port) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("url", "jdbc:postgresql://" + PostgresServer.HOST + ":" + port + "/" + name);
        values.put("host", PostgresServer.HOST);
        values.put("port", String.valueOf(port));
        values.put("database", name);
        values.put("username", name);
        values.put("password", password);
        put(key, secret -> {
            ObjectNode data = Meta.child(secret, "data");
            values.forEach((field, value) ->
                    data.put(field, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        });
    }

    private void writeService(String namespace, int port) {
        ObjectKey service = ResourceTypes.SERVICE.key(namespace, SERVICE);
        if (store.get(service).isEmpty()) {
            put(
                    service,
                    object -> Meta.child(object, "spec")
                            .putArray("ports")
                            .addObject()
                            .put("name", "tcp-postgresql")
                            .put("appProtocol", "postgresql")
                            .put("port", CLUSTER_PORT));
        }
        put(ResourceTypes.ENDPOINT_SLICE.key(namespace, SERVICE), slice -> {
            Meta.child(Meta.child(slice, "metadata"), "labels").put("kubernetes.io/service-name", SERVICE);
            slice.put("addressType", "IPv4");
            slice.putArray("ports")
                    .addObject()
                    .put("name", "tcp-postgresql")
                    .put("appProtocol", "postgresql")
                    .put("port", port)
                    .put("protocol", "TCP");
            ObjectNode endpoint = slice.putArray("endpoints").addObject();
            endpoint.putArray("addresses").add(PostgresServer.HOST);
            endpoint.putObject("conditions").put("ready", true);
        });
    }

    private void put(ObjectKey key, java.util.function.Consumer<ObjectNode> change) {
        if (store.get(key).isPresent()) {
            store.modify(key, AS_ADDON, object -> {
                change.accept(object);
                return object;
            });
            return;
        }
        ResourceType type = key.type();
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", type.apiVersion())
                .put("kind", type.kind());
        object.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
        change.accept(object);
        try {
            store.create(type, key.namespace(), object, AS_ADDON);
        } catch (ApiError e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
            put(key, change);
        }
    }

    /** Ends a server that was left running on the data of this directory, because its JVM was killed. */
    public static void endLeftover(Path directory) throws IOException, InterruptedException {
        PostgresServer.endLeftover(directory.resolve("data"));
    }

    /** Stops the server if it runs; its data stays. It is not started again. */
    @Override
    public synchronized void close() {
        closed = true;
        PostgresServer running = server;
        if (running != null) {
            running.close();
            server = null;
        }
    }
}
