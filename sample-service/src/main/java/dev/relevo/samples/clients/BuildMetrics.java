package dev.relevo.samples.clients;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;

/** Publishes the version as the labels of a metric that is always 1, so that any other metric can be joined with it. */
@Singleton
final class BuildMetrics implements MeterBinder {
    private final Version version;

    BuildMetrics(Version version) {
        this.version = version;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("clients.build.info", () -> 1)
                .description("Which version runs")
                .tag("version", version.version())
                .tag("revision", version.shown().revision())
                .register(registry);
    }
}
