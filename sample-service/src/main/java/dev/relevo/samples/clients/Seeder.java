package dev.relevo.samples.clients;

import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the seed file before the server opens its port. Every entry is applied once in the life of the database, by
 * whichever replica comes first; what people did to a client afterwards stays.
 */
@Singleton
final class Seeder implements ApplicationEventListener<StartupEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(Seeder.class);

    /** One statement marks an entry as applied and adds its client; a second replica waits for the mark, then skips it. */
    private static final String APPLY = """
            WITH fresh AS (INSERT INTO seeded_client (id) VALUES (?) ON CONFLICT DO NOTHING RETURNING id)
            INSERT INTO client (id, name, money) SELECT id, ?, ? FROM fresh""";

    private final Path file;
    private final SeedReader reader;
    private final TransactionOperations<Connection> transactions;

    Seeder(
            @Value("${clients.seed.file}") String file,
            SeedReader reader,
            TransactionOperations<Connection> transactions) {
        this.file = Path.of(file);
        this.reader = reader;
        this.transactions = transactions;
    }

    @Override
    public void onApplicationEvent(StartupEvent event) {
        List<SeedFile.Entry> entries = reader.read(file);
        if (entries.isEmpty()) {
            LOG.info("No seed data in {}", file);
            return;
        }
        int added = transactions.executeWrite(status -> apply(status.getConnection(), entries));
        LOG.info("{} of {} seed clients of {} are new and were added", added, entries.size(), file);
    }

    private static int apply(Connection connection, List<SeedFile.Entry> entries) throws SQLException {
        int added = 0;
        try (PreparedStatement statement = connection.prepareStatement(APPLY)) {
            for (SeedFile.Entry entry : entries) {
                ClientDraft draft = entry.draft();
                statement.setLong(1, entry.id());
                statement.setString(2, draft.cleanName());
                statement.setBigDecimal(3, draft.amount());
                added += statement.executeUpdate();
            }
        }
        return added;
    }
}
