package dev.relevo.samples.clients;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.math.BigDecimal;
import java.util.List;

/**
 * The content of {@code db.json}.
 *
 * @param clients the clients that a fresh database starts with
 */
@Serdeable.Deserializable
record SeedFile(@Nullable List<@Nullable Entry> clients) {
    /** Identifiers above this one are given by the database. */
    static final long LAST_ID = 999;

    /**
     * One client of the seed.
     *
     * @param id    1 to {@value SeedFile#LAST_ID}, once; by it an entry is recognised as applied
     * @param name  as in {@link ClientDraft}
     * @param money as in {@link ClientDraft}
     */
    @Serdeable.Deserializable
    record Entry(
            @Nullable Long id,
            @Nullable String name,
            @Nullable BigDecimal money) {
        ClientDraft draft() {
            return new ClientDraft(name, money);
        }
    }
}
