package dev.relevo.samples.clients;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What a caller sends to add or to change a client; {@link ClientRegister} validates it.
 *
 * @param name  1 to 200 characters, not blank, no control characters
 * @param money zero or more, at most two decimals, at most {@value #MOST}
 */
@Serdeable
public record ClientDraft(
        @Nullable
        @NotBlank(message = "is missing or blank")
        @Size(max = 200, message = "is longer than {max} characters")
        @Pattern(regexp = "\\P{Cntrl}*", message = "contains control characters")
        @Schema(nullable = false, example = "Ada Lovelace")
        String name,

        @Nullable
        @NotNull(message = "is missing")
        @PositiveOrZero(message = "is below zero")
        // Compared as a magnitude, which also stops 1e999999999 before anything writes out its digits.
        @DecimalMax(value = MOST, message = "is more than {value}")
        @Digits(integer = 17, fraction = 2, message = "has more than {fraction} decimals")
        @Schema(nullable = false, example = "1815.12")
        BigDecimal money) {

    /** The largest amount that NUMERIC(19,2) holds. */
    static final String MOST = "99999999999999999.99";

    private static final int DECIMALS = 2;

    /** The amount with exactly two decimals; only for a draft that passed validation. */
    BigDecimal amount() {
        return money.setScale(DECIMALS, RoundingMode.UNNECESSARY);
    }

    /** The name without surrounding blanks; only for a draft that passed validation. */
    String cleanName() {
        return name.strip();
    }
}
