package dev.relevo.samples.clients;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.configuration.metrics.micrometer.prometheus.PrometheusMeterRegistryFactory;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Value;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.inject.Singleton;
import java.util.List;

/** The registry of metrics, with exemplars, which Micronaut's own does not have, and with labels that name the release. */
@Factory
final class Metrics {
    private static final String STABLE = "stable";

    @Singleton
    @Replaces(bean = PrometheusMeterRegistry.class, factory = PrometheusMeterRegistryFactory.class)
    PrometheusMeterRegistry registry(Exemplars exemplars) {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, exemplars);
    }

    /** @param track what the pod is during a hand-over, {@code candidate} or nothing */
    @Singleton
    MeterFilter release(Version version, @Value("${clients.track}") String track) {
        return MeterFilter.commonTags(
                List.of(Tag.of("version", version.version()), Tag.of("track", track.isBlank() ? STABLE : track)));
    }
}
