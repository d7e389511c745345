package dev.relevo.samples.clients;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.math.BigDecimal;

/** What the register is used for, counted from the start of this pod. Seed data is not counted: nobody added it. */
@Singleton
final class RegisterMetrics {
    private final Counter added;
    private final Counter money;
    private final Counter removed;

    RegisterMetrics(MeterRegistry registry) {
        added = Counter.builder("clients.added")
                .description("Clients that were added")
                .register(registry);
        money = Counter.builder("clients.added.money")
                .description("Money that clients had when they were added")
                .register(registry);
        removed = Counter.builder("clients.removed")
                .description("Clients that were removed")
                .register(registry);
    }

    void added(BigDecimal amount) {
        added.increment();
        money.increment(amount.doubleValue());
    }

    void removed() {
        removed.increment();
    }
}
