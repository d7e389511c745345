package dev.relevo.telemetry;

import dev.relevo.config.RelevoConfig;
import dev.relevo.config.TelemetryConfig;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What others are shown of one run: a trace and figures by OTLP where the environment names a collector, figures for a
 * Pushgateway and marks for Grafana where relevo.yaml does. Whatever cannot be told is a warning and changes nothing else.
 */
public final class RunTelemetry {
    /** The name of the only part of a run that is not of a group. */
    private static final String WHOLE = "";

    /** How long the end of a run waits for the collector. */
    private static final Duration END_WITHIN = Duration.ofSeconds(3);

    private final String command;
    private final Map<String, String> variables;
    private final UnaryOperator<String> mask;
    private final Clock clock = Clock.systemUTC();
    private final Instant begun = clock.instant();
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Tracing tracing;
    private Optional<Problem> problem = Optional.empty();

    /** One app of the run. */
    private static final class Part {
        private final DeliveryLog log;
        private Optional<Place> place = Optional.empty();

        Part(DeliveryLog log) {
            this.log = log;
        }
    }

    private record Place(Delivery.Target target, Path project, TelemetryConfig config) {}

    private RunTelemetry(String command, Map<String, String> variables, UnaryOperator<String> mask, Tracing tracing) {
        this.command = command;
        this.variables = Map.copyOf(variables);
        this.mask = mask;
        this.tracing = tracing;
    }

    /**
     * A run begins.
     *
     * @param command the command, e.g. {@code deploy}
     * @param version the engine's
     * @param variables the environment, with the standard variables of OpenTelemetry and the caller's {@code TRACEPARENT}
     * @param mask takes secrets out of a text
     * @param warnings where it is said that a setting is of no use
     */
    public static RunTelemetry begin(
            String command,
            String version,
            Map<String, String> variables,
            UnaryOperator<String> mask,
            EventSink warnings) {
        return begin(command, version, variables, mask, warnings, END_WITHIN);
    }

    static RunTelemetry begin(
            String command,
            String version,
            Map<String, String> variables,
            UnaryOperator<String> mask,
            EventSink warnings,
            Duration endWithin) {
        return new RunTelemetry(
                command,
                variables,
                mask,
                Collector.isNamed(variables)
                        ? traced(command, version, variables, mask, warnings, endWithin)
                        : Tracing.NONE);
    }

    private static Tracing traced(
            String command,
            String version,
            Map<String, String> variables,
            UnaryOperator<String> mask,
            EventSink warnings,
            Duration endWithin) {
        Optional<String> complaint = Collector.complaint(variables);
        if (complaint.isEmpty()) {
            try {
                return OtlpTracing.begin(command, version, variables, mask, endWithin);
            } catch (RuntimeException e) {
                // The library says so of settings that it cannot read.
                complaint = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        warnings.emit(new Event.Warning(
                "There is no trace of this run: " + complaint.get(), "Correct the variable, or unset it"));
        return Tracing.NONE;
    }

    /**
     * It is known where the run, or a member of its group, goes.
     *
     * @param project where files of tokens are relative to
     */
    public synchronized void delivers(Optional<String> member, Path project, RelevoConfig config) {
        String name = member.orElse(WHOLE);
        Delivery.Target target = new Delivery.Target(
                config.app(), config.environment().name(), config.environment().namespace());
        part(name).place = Optional.of(new Place(target, project, config.telemetry()));
        tracing.target(name, target);
    }

    /** Takes what happens to the run, or to a member of its group. */
    public EventSink events(Optional<String> member) {
        String name = member.orElse(WHOLE);
        DeliveryLog log = part(name).log;
        return event -> {
            log.emit(event);
            tracing.emit(name, event);
        };
    }

    /** Variables by which a program that is started now finds the trace; none where there is no trace. */
    public Map<String, String> trace(Optional<String> member) {
        return tracing.variables(member.orElse(WHOLE));
    }

    /** The run fails. */
    public synchronized void failed(Problem root) {
        problem = Optional.of(root);
    }

    /**
     * The run is over: tells everybody.
     *
     * @param status the process's exit status
     */
    public void end(int status, EventSink warnings) {
        // Whoever stops a run from outside wants to see it all the more.
        boolean stopped = Thread.interrupted();
        try {
            Instant now = clock.instant();
            RunEnd run = new RunEnd(command, now, Duration.between(begun, now), status, problem);
            boolean unchanged = parts.values().stream().anyMatch(part -> part.place.isPresent());
            for (Part part : List.copyOf(parts.values())) {
                if (part.place.isPresent()) {
                    Delivery delivery = part.log.delivery(part.place.get().target());
                    unchanged &= delivery.unchanged();
                    tell(run, delivery, part.place.get(), warnings);
                }
            }
            tracing.end(run, run.outcome(unchanged))
                    .ifPresent(why -> warnings.emit(new Event.Warning(why, "The run itself is not touched by this")));
        } finally {
            if (stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void tell(RunEnd run, Delivery delivery, Place place, EventSink warnings) {
        TelemetryConfig config = place.config();
        List<Figure> figures = Figure.of(run, delivery);
        tracing.figures(delivery.target(), command, figures);
        config.pushgateway()
                .ifPresent(gateway -> new Outlet("telemetry.pushgateway", config.timeout(), warnings)
                        .send(
                                "PUT",
                                Pushgateway.address(gateway.url(), delivery.target(), command),
                                "text/plain; version=0.0.4",
                                Optional.empty(),
                                Pushgateway.text(figures, delivery.target().namespace())));
        if (config.grafana().isPresent()
                && delivery.plan().isPresent()
                && delivery.handOver().isPresent()) {
            Outlet outlet = new Outlet("telemetry.grafana", config.timeout(), warnings);
            String body = Annotation.json(
                            run,
                            delivery,
                            delivery.plan().get(),
                            delivery.handOver().get(),
                            mask)
                    .toString();
            annotate(config.grafana().get(), place.project(), body, outlet);
        }
    }

    private void annotate(TelemetryConfig.Grafana grafana, Path project, String body, Outlet outlet) {
        Optional<String> token = token(grafana, project).map(String::strip).filter(text -> !text.isEmpty());
        if (token.isEmpty()) {
            outlet.warn(grafana.tokenFrom()
                            .map(variable -> "the variable " + variable)
                            .orElseGet(() -> "the file " + grafana.tokenFile().orElse(""))
                    + ", which holds its token, is not there");
            return;
        }
        outlet.send(
                "POST",
                Annotation.address(grafana.url()),
                "application/json",
                token.map(secret -> "Bearer " + secret),
                body);
    }

    private Optional<String> token(TelemetryConfig.Grafana grafana, Path project) {
        if (grafana.tokenFrom().isPresent()) {
            return Optional.ofNullable(variables.get(grafana.tokenFrom().get()));
        }
        try {
            return Optional.of(
                    Files.readString(project.resolve(grafana.tokenFile().orElse(""))));
        } catch (IOException | InvalidPathException unreadable) {
            return Optional.empty();
        }
    }

    private synchronized Part part(String name) {
        return parts.computeIfAbsent(name, unused -> new Part(new DeliveryLog(clock)));
    }
}
