package dev.relevo.telemetry;

import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Problem;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A run as OpenTelemetry's SDK tells it to a collector, set up by the SDK's own variables: a span for the command, below it one for
 * each step, below these one for each task. Spans go as they end, in the background.
 */
final class OtlpTracing implements Tracing {
    /** The library reports every batch that fails; one warning at the end is enough. Held here, or its level would be forgotten. */
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

    private static final String OUTCOME = "relevo.outcome";
    private static final String CODE = "error.type";

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final UnaryOperator<String> mask;
    private final Undelivered undelivered;
    private final Duration endWithin;
    private final Span root;
    private final Map<String, Part> parts = new HashMap<>();

    /** What is open of one app. */
    private static final class Part {
        private Attributes target = Attributes.empty();
        private final Deque<Span> steps = new ArrayDeque<>();
        private final Map<String, Task> tasks = new LinkedHashMap<>();
    }

    private record Task(Span span, Thread thread) {}

    private OtlpTracing(
            OpenTelemetrySdk sdk,
            String command,
            String version,
            Map<String, String> variables,
            UnaryOperator<String> mask,
            Undelivered undelivered,
            Duration endWithin) {
        this.sdk = sdk;
        this.tracer = sdk.getSdkTracerProvider()
                .tracerBuilder("dev.relevo")
                .setInstrumentationVersion(version)
                .build();
        this.mask = mask;
        this.undelivered = undelivered;
        this.endWithin = endWithin;
        Context caller = W3CTraceContextPropagator.getInstance().extract(Context.root(), variables, new Variables());
        this.root = tracer.spanBuilder("relevo " + command).setParent(caller).startSpan();
    }

    /**
     * A run begins.
     *
     * @param endWithin how long the end of the run waits for the collector at most
     * @throws RuntimeException when the library cannot be set up by these variables; the message says why
     */
    static Tracing begin(
            String command,
            String version,
            Map<String, String> variables,
            UnaryOperator<String> mask,
            Duration endWithin) {
        LIBRARY.setLevel(Level.OFF);
        Undelivered undelivered = new Undelivered();
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> defaults(variables))
                .addPropertiesCustomizer(config -> properties(variables))
                .addResourceCustomizer((resource, config) -> Resource.create(Attributes.builder()
                                .put("service.version", version)
                                .build())
                        .merge(resource))
                .addSpanExporterCustomizer((exporter, config) -> undelivered.watching(exporter))
                .addMetricExporterCustomizer((exporter, config) -> undelivered.watching(exporter))
                .build()
                .getOpenTelemetrySdk();
        return new OtlpTracing(sdk, command, version, variables, mask, undelivered, endWithin);
    }

    private static Map<String, String> defaults(Map<String, String> variables) {
        Map<String, String> defaults = new HashMap<>();
        defaults.put("otel.service.name", "relevo");
        defaults.put("otel.exporter.otlp.protocol", "http/protobuf");
        defaults.put("otel.logs.exporter", "none");
        // A collector that is away would delay the end of a run by every further attempt.
        defaults.put("otel.java.exporter.otlp.retry.disabled", "true");
        if (Collector.endpoint(variables, Collector.TRACES).isEmpty()) {
            defaults.put("otel.traces.exporter", "none");
        }
        if (Collector.endpoint(variables, Collector.METRICS).isEmpty()) {
            defaults.put("otel.metrics.exporter", "none");
        }
        return defaults;
    }

    private static Map<String, String> properties(Map<String, String> variables) {
        Map<String, String> properties = new HashMap<>();
        variables.forEach((name, value) -> {
            if (name.startsWith("OTEL_") && !value.isBlank()) {
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return properties;
    }

    @Override
    public synchronized void target(String member, Delivery.Target target) {
        AttributesBuilder known = Attributes.builder()
                .put("relevo.app", target.app())
                .put("deployment.environment.name", target.environment())
                .put("k8s.namespace.name", target.namespace());
        if (!member.isEmpty()) {
            known.put("relevo.member", member);
        }
        part(member).target = known.build();
        if (member.isEmpty()) {
            root.setAllAttributes(part(member).target);
        }
    }

    @Override
    public synchronized void emit(String member, Event event) {
        Part part = part(member);
        if (event instanceof Event.StepStarted step) {
            Span span = start(step.step(), root);
            span.setAllAttributes(part.target);
            part.steps.push(span);
        } else if (event instanceof Event.StepFinished step) {
            Span span = part.steps.poll();
            if (span != null) {
                end(span, step.outcome(), step.problem());
            }
        } else if (event instanceof Event.TaskStarted task) {
            Span span = start(task.label(), innermost(part));
            span.setAttribute("relevo.task.kind", Figure.word(task.kind().name()));
            span.setAllAttributes(part.target);
            part.tasks.put(task.id(), new Task(span, Thread.currentThread()));
        } else if (event instanceof Event.TaskFinished task) {
            Task open = part.tasks.remove(task.id());
            if (open != null) {
                text(open.span(), "relevo.detail", task.detail());
                end(open.span(), task.outcome(), task.problem());
            }
        } else if (event instanceof Event.ReleasePlanned planned) {
            planned(part, member, planned);
        } else if (event instanceof Event.HandOverStarted) {
            innermost(part).addEvent("hand-over");
        } else if (event instanceof Event.TrafficShifted shift) {
            measured(
                    part,
                    shift.task(),
                    "traffic",
                    Attributes.builder()
                            .put("relevo.router", shift.by())
                            .put("relevo.traffic.percent", shift.percent())
                            .build());
        } else if (event instanceof Event.ErrorsCounted count) {
            measured(
                    part,
                    count.task(),
                    "requests",
                    Attributes.builder()
                            .put("relevo.candidate.requests", count.answers())
                            .put("relevo.candidate.requests.failed", count.errors())
                            .build());
        }
    }

    private void planned(Part part, String member, Event.ReleasePlanned planned) {
        Delivery.Plan plan = Delivery.Plan.of(planned);
        AttributesBuilder known = Attributes.builder()
                .put("relevo.release", planned.release())
                .put("relevo.strategy", planned.strategy());
        plan.digest().ifPresent(digest -> known.put("oci.manifest.digest", digest));
        innermost(part).setAllAttributes(known.build());
        if (member.isEmpty()) {
            root.setAllAttributes(known.build());
        }
    }

    private static void measured(Part part, String task, String name, Attributes values) {
        Optional.ofNullable(part.tasks.get(task)).ifPresent(open -> open.span().addEvent(name, values));
    }

    /** The innermost step that is open, or the run. */
    private Span innermost(Part part) {
        return Optional.ofNullable(part.steps.peek()).orElse(root);
    }

    private Span start(String name, Span parent) {
        return tracer.spanBuilder(mask.apply(name))
                .setParent(Context.root().with(parent))
                .startSpan();
    }

    private void text(Span span, String key, String value) {
        if (!value.isEmpty()) {
            span.setAttribute(key, mask.apply(value));
        }
    }

    private void end(Span span, Outcome outcome, Optional<Problem> problem) {
        boolean failed = outcome == Outcome.FAILED || outcome == Outcome.ROLLED_BACK;
        end(span, Figure.word(outcome.name()), failed, problem);
    }

    private void end(Span span, String outcome, boolean failed, Optional<Problem> problem) {
        span.setAttribute(OUTCOME, outcome);
        problem.ifPresent(why -> span.setAttribute(CODE, why.code().id()));
        if (failed) {
            span.setStatus(
                    StatusCode.ERROR,
                    problem.flatMap(why -> why.summary().lines().findFirst())
                            .map(mask)
                            .orElse(""));
        }
        span.end();
    }

    @Override
    public synchronized Map<String, String> variables(String member) {
        Part part = part(member);
        Span current = innermost(part);
        for (Task task : part.tasks.values()) {
            if (task.thread() == Thread.currentThread()) {
                current = task.span();
            }
        }
        Map<String, String> variables = new HashMap<>();
        W3CTraceContextPropagator.getInstance()
                .inject(
                        Context.root().with(current),
                        variables,
                        (carrier, key, value) -> variables.put(key.toUpperCase(Locale.ROOT), value));
        return variables;
    }

    @Override
    public void figures(Delivery.Target target, String command, List<Figure> figures) {
        Meter meter = sdk.getSdkMeterProvider().get("dev.relevo");
        for (Figure figure : figures) {
            AttributesBuilder labels = Attributes.builder()
                    .put("app", target.app())
                    .put("environment", target.environment())
                    .put("namespace", target.namespace())
                    .put("command", command);
            figure.labels().forEach(labels::put);
            meter.gaugeBuilder(figure.name())
                    .setUnit(figure.unit())
                    .setDescription(figure.meaning())
                    .build()
                    .set(figure.value(), labels.build());
        }
    }

    @Override
    public Optional<String> end(RunEnd run, String outcome) {
        endSpans(run, outcome);
        Thread closing = new Thread(sdk::close, "telemetry");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(endWithin.toMillis());
            if (closing.isAlive()) {
                return Optional.of(undelivered.sentence("no answer within " + endWithin.toSeconds() + "s"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(undelivered.sentence("stopped from outside"));
        }
        return undelivered.why().map(undelivered::sentence);
    }

    private synchronized void endSpans(RunEnd run, String outcome) {
        for (Part part : parts.values()) {
            part.tasks.values().forEach(task -> end(task.span(), Outcome.FAILED, Optional.empty()));
            for (Iterator<Span> open = part.steps.iterator(); open.hasNext(); ) {
                end(open.next(), Outcome.FAILED, Optional.empty());
            }
        }
        root.setAttribute("process.exit.code", run.status());
        end(root, outcome, run.status() != 0, run.problem());
    }

    private Part part(String member) {
        return parts.computeIfAbsent(member, unused -> new Part());
    }

    /** The caller's trace, as programs hand it to each other. */
    private static final class Variables implements TextMapGetter<Map<String, String>> {
        @Override
        public Iterable<String> keys(Map<String, String> variables) {
            return variables.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> variables, String key) {
            return variables == null ? null : variables.get(key.toUpperCase(Locale.ROOT));
        }
    }
}
