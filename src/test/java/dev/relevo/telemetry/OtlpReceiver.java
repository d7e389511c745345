package dev.relevo.telemetry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Receives OTLP over HTTP and decodes it with OpenTelemetry's own messages. */
public final class OtlpReceiver implements AutoCloseable {
    private final HttpReceiver http;

    public OtlpReceiver() throws IOException {
        this.http = HttpReceiver.start();
    }

    public String url() {
        return http.url();
    }

    /** A span that arrived. */
    public record Received(Span span, Map<String, String> resource) {
        public String name() {
            return span.getName();
        }

        public String trace() {
            return hex(span.getTraceId());
        }

        public String id() {
            return hex(span.getSpanId());
        }

        public String parent() {
            return hex(span.getParentSpanId());
        }

        public boolean failed() {
            return span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR;
        }

        public Map<String, String> attributes() {
            return values(span.getAttributesList());
        }
    }

    /** All spans so far, in the order in which they ended. */
    public List<Received> spans() {
        List<Received> all = new ArrayList<>();
        for (ExportTraceServiceRequest request : requests("/v1/traces", ExportTraceServiceRequest.parser())) {
            request.getResourceSpansList()
                    .forEach(resource -> resource.getScopeSpansList()
                            .forEach(scope -> scope.getSpansList()
                                    .forEach(span -> all.add(new Received(
                                            span, values(resource.getResource().getAttributesList()))))));
        }
        return all;
    }

    /** The one span of this name, which may be on its way. */
    public Received span(String name) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        List<Received> found = spans(name);
        while (found.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            found = spans(name);
        }
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " spans are called [" + name + "], of "
                    + spans().stream().map(Received::name).toList());
        }
        return found.get(0);
    }

    private List<Received> spans(String name) {
        return spans().stream().filter(span -> span.name().equals(name)).toList();
    }

    /** A log line that arrived. */
    public record Line(LogRecord line, Map<String, String> resource) {
        public String text() {
            return line.getBody().getStringValue();
        }

        public String trace() {
            return hex(line.getTraceId());
        }

        public String span() {
            return hex(line.getSpanId());
        }
    }

    /** All log lines so far, under whatever path a backend has for OTLP. */
    public List<Line> lines() {
        List<Line> all = new ArrayList<>();
        for (ExportLogsServiceRequest request : requests("/v1/logs", ExportLogsServiceRequest.parser())) {
            request.getResourceLogsList()
                    .forEach(resource -> resource.getScopeLogsList()
                            .forEach(scope -> scope.getLogRecordsList()
                                    .forEach(line -> all.add(new Line(
                                            line, values(resource.getResource().getAttributesList()))))));
        }
        return all;
    }

    /** Each gauge that arrived: its name, labels and value. */
    public List<String> gauges() {
        List<String> all = new ArrayList<>();
        for (ExportMetricsServiceRequest request : requests("/v1/metrics", ExportMetricsServiceRequest.parser())) {
            request.getResourceMetricsList()
                    .forEach(resource -> resource.getScopeMetricsList()
                            .forEach(scope -> scope.getMetricsList().forEach(metric -> add(metric, all))));
        }
        return all;
    }

    private <M> List<M> requests(String path, Parser<M> parser) {
        return http.told().stream()
                .filter(told -> told.path().endsWith(path))
                .map(told -> parsed(parser, told.body()))
                .toList();
    }

    private static <M> M parsed(Parser<M> parser, byte[] body) {
        try {
            return parser.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(Metric metric, List<String> all) {
        for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
            all.add(metric.getName() + values(point.getAttributesList()) + " " + point.getAsDouble());
        }
    }

    private static Map<String, String> values(List<KeyValue> attributes) {
        Map<String, String> values = new TreeMap<>();
        attributes.forEach(attribute -> values.put(
                attribute.getKey(),
                switch (attribute.getValue().getValueCase()) {
                    case INT_VALUE -> Long.toString(attribute.getValue().getIntValue());
                    case DOUBLE_VALUE -> Double.toString(attribute.getValue().getDoubleValue());
                    default -> attribute.getValue().getStringValue();
                }));
        return values;
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    @Override
    public void close() {
        http.close();
    }
}
