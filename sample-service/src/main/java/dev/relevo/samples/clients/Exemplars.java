package dev.relevo.samples.clients;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.context.ServerRequestContext;
import io.prometheus.metrics.tracer.common.SpanContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Tells the metrics which trace the request at hand belongs to, so that a slow or failed one can be looked up. */
@Singleton
final class Exemplars implements SpanContext {
    @Override
    public @Nullable String getCurrentTraceId() {
        return current().map(io.opentelemetry.api.trace.SpanContext::getTraceId).orElse(null);
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        return current().map(io.opentelemetry.api.trace.SpanContext::getSpanId).orElse(null);
    }

    @Override
    public boolean isCurrentSpanSampled() {
        return current().map(io.opentelemetry.api.trace.SpanContext::isSampled).orElse(false);
    }

    /** Whether a trace is kept was decided when it began; an exemplar changes nothing about it. */
    @Override
    public void markCurrentSpanAsExemplar() {}

    private static Optional<io.opentelemetry.api.trace.SpanContext> current() {
        return ServerRequestContext.currentRequest().flatMap(TraceFilter::ids);
    }
}
