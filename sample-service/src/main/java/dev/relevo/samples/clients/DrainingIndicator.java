package dev.relevo.samples.clients;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

/** Takes the readiness down as soon as the service is on its way out. */
@Singleton
@Readiness
final class DrainingIndicator implements HealthIndicator {
    private final GracefulExit exit;

    DrainingIndicator(GracefulExit exit) {
        this.exit = exit;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        HealthStatus status = exit.draining() ? HealthStatus.DOWN : HealthStatus.UP;
        return Publishers.just(HealthResult.builder("draining", status).build());
    }
}
