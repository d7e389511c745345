package dev.relevo.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Remembers why something did not reach the collector, the first time that happens. */
final class Undelivered {
    private Optional<String> reason = Optional.empty();

    /** Empty when everything that was sent arrived. */
    synchronized Optional<String> why() {
        return reason;
    }

    private synchronized void failed(String why) {
        reason = reason.or(() -> Optional.of(why));
    }

    /** For a warning. */
    String sentence(String why) {
        return "The OpenTelemetry collector did not take everything: " + why;
    }

    private CompletableResultCode watched(CompletableResultCode result) {
        return result.whenComplete(() -> {
            if (!result.isSuccess()) {
                failed(cause(result.getFailureThrowable()));
            }
        });
    }

    private static String cause(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return "it could not be reached (" + cause.getClass().getSimpleName() + ")";
            }
        }
        return "it refused them";
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
