package dev.relevo.samples.clients;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.transaction.TransactionOperations;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.HashMap;
import java.util.Map;

/** The whole service inside the JVM of the tests, on a port of its own. */
record Service(EmbeddedServer server, Database database, Caller caller) implements AutoCloseable {
    private static final Path NO_SEED = Path.of("target", "no-such-seed.json");

    static Service start(Database database) {
        return start(database, NO_SEED);
    }

    static Service start(Database database, Path seed) {
        return start(database, Map.of("CLIENTS_SEED_FILE", seed.toString()));
    }

    static Service start(Database database, Map<String, String> environment) {
        Map<String, Object> settings = new HashMap<>(database.environment());
        settings.put("CLIENTS_SEED_FILE", NO_SEED.toString());
        settings.putAll(environment);
        settings.put("POD_NAME", "pod-of-the-test");
        settings.put("micronaut.server.host", "127.0.0.1");
        settings.put("micronaut.server.port", -1);
        EmbeddedServer server = ApplicationContext.run(EmbeddedServer.class, settings);
        return new Service(server, database, Caller.of(server.getURI()));
    }

    @SuppressWarnings("unchecked")
    TransactionOperations<Connection> transactions() {
        return server.getApplicationContext().getBean(TransactionOperations.class);
    }

    @Override
    public void close() {
        server.close();
    }
}
