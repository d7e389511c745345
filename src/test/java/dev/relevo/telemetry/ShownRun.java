package dev.relevo.telemetry;

import dev.relevo.config.ConfigLoader;
import dev.relevo.config.RelevoConfig;
import dev.relevo.pipeline.StepError;
import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Event.TaskKind;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run of the app {@code shop} in {@code prod}, as its events tell it. */
public final class ShownRun {
    /** Longer than any machine stalls. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Event> warnings = new ArrayList<>();
    private final RunTelemetry telemetry;
    private final Path project;
    private final String config;

    /** @param config the section telemetry in relevo.yaml, in one line and without a timeout */
    public ShownRun(Path project, String config, Map<String, String> variables) {
        this(project, config, variables, PATIENCE);
    }

    /** @param endWithin how long its end waits for the collector at most */
    ShownRun(Path project, String config, Map<String, String> variables, Duration endWithin) {
        this.project = project;
        this.config = patient(config);
        this.telemetry = RunTelemetry.begin(
                "deploy", "1.2.3", variables, text -> text.replace("hunter22", "****"), warnings::add, endWithin);
    }

    /** Telling one of them may take as long, too. */
    private static String patient(String config) {
        return config.replaceFirst("\\{", "{timeout: " + PATIENCE.toSeconds() + "s, ");
    }

    RunTelemetry telemetry() {
        return telemetry;
    }

    /** A deploy that is done. */
    public void succeeds() throws IOException {
        begins();
        tell(new Event.TaskFinished("operation-1", "Apply Deployment/shop", Outcome.DONE, Duration.ofSeconds(1), ""));
        tell(new Event.TaskStarted("operation-2", "Watch the candidate's error rate for 30 s", TaskKind.GATE));
        tell(new Event.ErrorsCounted("operation-2", 250, 1, 0.01, 20));
        tell(new Event.TaskFinished(
                "operation-2", "Watch the candidate's error rate for 30 s", Outcome.DONE, Duration.ofSeconds(30), ""));
        tell(new Event.StepFinished("deploy", Outcome.DONE, Duration.ofMillis(31_500), "release 7, 2 replicas"));
        telemetry.end(0, warnings::add);
    }

    /** A deploy whose new version never comes up. */
    public void fails() throws IOException {
        begins();
        Problem problem = Problem.of(StepError.NOT_RUN, "Pod shop-1 exits: password hunter22 is wrong\nmore");
        tell(new Event.TaskFinished(
                "operation-1",
                "Apply Deployment/shop",
                Outcome.FAILED,
                Duration.ofSeconds(1),
                "",
                Optional.of(problem)));
        tell(new Event.StepFinished(
                "deploy", Outcome.FAILED, Duration.ofSeconds(2), problem.summary(), Optional.of(problem)));
        telemetry.failed(problem);
        telemetry.end(problem.code().exit().number(), warnings::add);
    }

    private void begins() throws IOException {
        telemetry.delivers(Optional.empty(), project, config());
        tell(new Event.StepStarted("deploy", "shop to prod"));
        tell(new Event.ReleasePlanned(
                7,
                "shop",
                "shops",
                "rolling",
                "registry.example/shop@sha256:0abc",
                Optional.of(Instant.now().minus(Duration.ofHours(2)))));
        tell(new Event.HandOverStarted(7));
        tell(new Event.TaskStarted("operation-1", "Apply Deployment/shop", TaskKind.OPERATION));
    }

    private void tell(Event event) {
        telemetry.events(Optional.empty()).emit(event);
    }

    private RelevoConfig config() throws IOException {
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: registry.example/shop}
                telemetry: %s
                environments: {prod: {context: prod, namespace: shops}}
                """.formatted(config));
        return new ConfigLoader()
                .load(project, Optional.of("prod"), Map.of(), List.of())
                .config();
    }

    /** What the person who watches is warned of. */
    public List<String> warnings() {
        return warnings.stream().map(event -> ((Event.Warning) event).text()).toList();
    }
}
