package dev.relevo.telemetry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    public List<Received> spans() throws InvalidProtocolBufferException {
        List<Received> all = new ArrayList<>();
        for (HttpReceiver.Told told : http.told()) {
            if (told.path().equals("/v1/traces")) {
                ExportTraceServiceRequest.parseFrom(told.body())
                        .getResourceSpansList()
                        .forEach(resource -> resource.getScopeSpansList()
                                .forEach(scope -> scope.getSpansList()
                                        .forEach(span -> all.add(new Received(
                                                span,
                                                values(resource.getResource().getAttributesList()))))));
            }
        }
        return all;
    }

    /** The one span of this name. */
    public Received span(String name) throws InvalidProtocolBufferException {
        List<Received> found =
                spans().stream().filter(span -> span.name().equals(name)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " spans are called [" + name + "], of "
                    + spans().stream().map(Received::name).toList());
        }
        return found.get(0);
    }

    /** Each gauge that arrived: its name, labels and value. */
    public List<String> gauges() throws InvalidProtocolBufferException {
        List<String> all = new ArrayList<>();
        for (HttpReceiver.Told told : http.told()) {
            if (told.path().equals("/v1/metrics")) {
                ExportMetricsServiceRequest.parseFrom(told.body())
                        .getResourceMetricsList()
                        .forEach(resource -> resource.getScopeMetricsList()
                                .forEach(scope -> scope.getMetricsList().forEach(metric -> add(metric, all))));
            }
        }
        return all;
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
