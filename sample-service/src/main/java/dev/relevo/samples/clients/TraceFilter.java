package dev.relevo.samples.clients;

import io.micronaut.context.propagation.slf4j.MdcPropagationContext;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.propagation.MutablePropagatedContext;
import io.micronaut.http.BasicHttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Gives every request a trace id, the caller's own when it sends a <a href="https://www.w3.org/TR/trace-context/">W3C
 * traceparent</a>, puts it into every log line of that request and into the response, and writes the access log. Where the
 * OpenTelemetry agent traces the request already, its ids are taken: logs, metrics and traces name the same one.
 */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class TraceFilter implements Ordered {
    private static final Logger ACCESS = LoggerFactory.getLogger("access");
    private static final String ENTRY = TraceFilter.class.getName();
    private static final int SERVER_ERROR = 500;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final double MICROS_PER_MILLI = 1_000;

    private final Tracer tracer = SdkTracerProvider.builder().build().get("clients");

    /** A request that is being answered. */
    private record Entry(SpanContext ids, long startNanos) {}

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @RequestFilter
    void open(HttpRequest<?> request, MutablePropagatedContext propagated) {
        Span agents = Span.current();
        SpanContext ids = agents.getSpanContext().isValid() ? agents.getSpanContext() : own(request);
        BasicHttpAttributes.getUriTemplate(request).ifPresent(route -> name(agents, request, route));
        request.setAttribute(ENTRY, new Entry(ids, System.nanoTime()));
        propagated.add(new MdcPropagationContext(Map.of("traceId", ids.getTraceId(), "spanId", ids.getSpanId())));
    }

    /** The agent does not know Micronaut's routes, so it would call every request by its method alone. */
    private static void name(Span span, HttpRequest<?> request, String route) {
        span.updateName(request.getMethodName() + " " + route);
        span.setAttribute("http.route", route);
    }

    /** Nobody keeps this span; it is there for its ids. */
    private SpanContext own(HttpRequest<?> request) {
        Span span = tracer.spanBuilder(request.getMethodName())
                .setParent(W3CTraceContextPropagator.getInstance().extract(Context.root(), request, new Headers()))
                .setSpanKind(SpanKind.SERVER)
                .startSpan();
        span.end();
        return span.getSpanContext();
    }

    @ResponseFilter
    void close(HttpRequest<?> request, MutableHttpResponse<?> response) {
        entry(request).ifPresent(entry -> {
            response.header("X-Trace-Id", entry.ids().getTraceId());
            double millis = (System.nanoTime() - entry.startNanos()) / NANOS_PER_MICRO / MICROS_PER_MILLI;
            ACCESS.atLevel(level(request, response))
                    .addKeyValue("method", request.getMethodName())
                    .addKeyValue("path", request.getPath())
                    .addKeyValue("status", response.code())
                    .addKeyValue("millis", millis)
                    .log("{} {} {}", request.getMethodName(), request.getPath(), response.code());
        });
    }

    /** The trace id that this request was given, empty before the filter saw it. */
    static Optional<String> traceId(HttpRequest<?> request) {
        return ids(request).map(SpanContext::getTraceId);
    }

    /** Trace, span and whether they are kept; empty before the filter saw the request. */
    static Optional<SpanContext> ids(HttpRequest<?> request) {
        return entry(request).map(Entry::ids);
    }

    private static Optional<Entry> entry(HttpRequest<?> request) {
        return request.getAttribute(ENTRY, Entry.class);
    }

    /** Probes and scrapes come every few seconds and would bury what people asked for. */
    private static Level level(HttpRequest<?> request, MutableHttpResponse<?> response) {
        if (response.code() >= SERVER_ERROR) {
            return Level.WARN;
        }
        String path = request.getPath();
        return path.startsWith("/health") || path.equals("/prometheus") ? Level.DEBUG : Level.INFO;
    }

    /** Reads the caller's headers. */
    private static final class Headers implements TextMapGetter<HttpRequest<?>> {
        @Override
        public Iterable<String> keys(HttpRequest<?> request) {
            return request.getHeaders().names();
        }

        @Override
        public String get(HttpRequest<?> request, String name) {
            return request == null ? null : request.getHeaders().get(name);
        }
    }
}
