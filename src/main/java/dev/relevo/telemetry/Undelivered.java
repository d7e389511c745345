package dev.relevo.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Remembers why something did not reach the collector, the first time that happens. */
final class Undelivered {
    private final AtomicReference<Optional<String>> reason = new AtomicReference<>(Optional.empty());

    /** Empty when everything that was sent arrived. */
    Optional<String> why() {
        return reason.get();
    }

    /** For a warning. */
    String sentence(String why) {
        return "The OpenTelemetry collector did not take everything: " + why;
    }

    private CompletableResultCode watched(CompletableResultCode result) {
        return result.whenComplete(() -> {
            if (!result.isSuccess()) {
                reason.compareAndSet(Optional.empty(), Optional.of(cause(result.getFailureThrowable())));
            }
        });
    }

    private static String cause(Throwable failure) {
        Throwable innermost = failure;
        while (innermost != null && innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        if (innermost == null) {
            return "it gave no reason";
        }
        return Optional.ofNullable(innermost.getMessage())
                .filter(text -> !text.isBlank())
                .orElseGet(innermost.getClass()::getSimpleName);
    }

    /** The same exporter, watched. */
    SpanExporter watching(SpanExporter exporter) {
        return new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
                return watched(exporter.export(spans));
            }

            @Override
            public CompletableResultCode flush() {
                return exporter.flush();
            }

            @Override
            public CompletableResultCode shutdown() {
                return exporter.shutdown();
            }
        };
    }

    /** The same exporter, watched. */
    MetricExporter watching(MetricExporter exporter) {
        return new MetricExporter() {
            @Override
            public CompletableResultCode export(Collection<MetricData> metrics) {
                return watched(exporter.export(metrics));
            }

            @Override
            public CompletableResultCode flush() {
                return exporter.flush();
            }

            @Override
            public CompletableResultCode shutdown() {
                return exporter.shutdown();
            }

            @Override
            public AggregationTemporality getAggregationTemporality(InstrumentType type) {
                return exporter.getAggregationTemporality(type);
            }
        };
    }
}
