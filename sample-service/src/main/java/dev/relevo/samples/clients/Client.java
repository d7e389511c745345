package dev.relevo.samples.clients;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.GeneratedValue;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;

/**
 * A client as it is stored and shown.
 *
 * @param id    given by the database; null only before the client is stored
 * @param name  what people call the client
 * @param money exact, with two decimals
 */
@Serdeable
@MappedEntity("client")
public record Client(
        @Id @GeneratedValue @Nullable @Schema(example = "1") Long id,
        @Schema(example = "Ada Lovelace") String name,
        @Schema(example = "1815.12") BigDecimal money) {}
