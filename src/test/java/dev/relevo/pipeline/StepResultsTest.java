package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.relevo.config.RelevoConfig;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.timeline.Mark;
import dev.relevo.report.timeline.RecordedStep;
import dev.relevo.report.timeline.Timeline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepResultsTest {
    private static final String DIGEST = "sha256:" + "0a".repeat(32);

    @TempDir
    Path project;

    private final StepResult.Build build = new StepResult.Build(
            "r/x@" + DIGEST,
            "r/x",
            DIGEST,
            Path.of(".relevo", "image"),
            List.of("1.0"),
            "jib",
            Optional.of("abc"),
            Optional.of(Instant.parse("2026-01-02T01:00:00Z")),
            Optional.empty(),
            List.of(new StepResult.Layer(DIGEST, 1234)));

    private static StepResults.Run run(String step, Event.Outcome outcome) {
        return new StepResults.Run(
                step, outcome, Instant.parse("2026-01-02T03:04:05.678901Z"), Duration.ofMillis(1234));
    }

    @Test
    void handOnWhatWasWrittenInTheFormThatIsPublished() throws IOException {
        StepResults results = StepResults.of(project);
        results.write(run("build", Event.Outcome.DONE), Optional.of(build), Optional.empty());
        StepResult.Push push = new StepResult.Push("r/x@" + DIGEST, List.of("1.0"), 12, 34);
        results.write(run("push", Event.Outcome.UNCHANGED), Optional.of(push), Optional.empty());
        StepResult.Tests tests = new StepResult.Tests(
                "maven",
                3,
                1,
                0,
                1,
                List.of(Path.of("target", "TEST-a.xml")),
                List.of(new StepResult.FailedTest("a.B.c", "no", Optional.of("B.java:3"))),
                List.of(new StepResult.TimedTest("a.B.c", 0.5)));
        results.write(
                run("test", Event.Outcome.FAILED),
                Optional.of(tests),
                Optional.of(Problem.of(TestError.TESTS_FAILED, "1 failed")
                        .detail("a")
                        .remedy("b")));

        assertThat(results.require(StepResult.Build.class)).isEqualTo(build);
        assertThat(results.require(StepResult.Push.class)).isEqualTo(push);
        JsonNode json = new ObjectMapper()
                .readTree(project.resolve(".relevo/build.json").toFile());
        assertThat(json.path("startedAt").asText()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(json.path("seconds").asDouble()).isEqualTo(1.234);
        assertThat(json.at("/result/layout").asText()).isEqualTo(".relevo/image");
        for (String step : List.of("test", "build", "push")) {
            assertThat(violations(Files.readString(project.resolve(".relevo/" + step + ".json"))))
                    .isEmpty();
        }
        assertThat(violations(json.toString().replace("digest", "digests"))).isNotEmpty();
        assertThat(project.resolve(".relevo/.gitignore")).hasContent("*");
    }

    @Test
    void sayWhatFailedBefore() {
        StepResults results = StepResults.of(project);
        results.write(
                run("build", Event.Outcome.FAILED),
                Optional.empty(),
                Optional.of(Problem.of(TestError.NO_TOOL, "the reason")));
        assertThatThrownBy(() -> results.require(StepResult.Build.class))
                .hasMessageContaining("RLV-192")
                .hasMessageContaining("[build]");
        assertThat(results.find(StepResult.Build.class)).isEmpty();
    }

    @Test
    void sayWhatIsUnreadable() throws IOException {
        StepResults results = StepResults.of(project);
        Files.writeString(results.folder().resolve("build.json"), "{\"apiVersion\": \"relevo.dev/v1\", \"resu");
        assertThatThrownBy(() -> results.require(StepResult.Build.class)).hasMessageContaining("RLV-193");
        Files.writeString(
                results.folder().resolve("build.json"), "{\"apiVersion\": \"relevo.dev/v9\", \"result\": {}}");
        assertThatThrownBy(() -> results.require(StepResult.Build.class)).hasMessageContaining("RLV-193");
    }

    @Test
    void areGoneOnceTheStepBeginsAnew() {
        StepResults results = StepResults.of(project);
        results.write(run("build", Event.Outcome.DONE), Optional.of(build), Optional.empty());
        results.forget("build");
        assertThatThrownBy(() -> results.require(StepResult.Build.class)).hasMessageContaining("RLV-191");
    }

    @Test
    void keepsATimelineInTheFormThatIsPublished() throws IOException {
        Timeline timeline = new Timeline(
                RelevoConfig.API_VERSION,
                "deploy",
                Optional.of("checkout"),
                List.of(new Timeline.Target("x", "prod", "shops")),
                List.of(new Timeline.Planned("x", 2, "canary", "r/x@" + DIGEST)),
                List.of(new RecordedStep(
                        "deploy",
                        "x",
                        Instant.parse("2026-01-02T03:04:05Z"),
                        4.5,
                        Optional.of(Event.Outcome.ROLLED_BACK),
                        "no",
                        List.of(new RecordedStep.Task(
                                "operation-1", "Apply", Optional.of(Event.TaskKind.GATE), 1, 2, Optional.empty(), "")),
                        List.of(
                                new Mark.Traffic(1, "operation-1", "Service/x", 33.3),
                                new Mark.Rollout(1, "operation-1", "Deployment/x", true, OptionalInt.of(2), true),
                                new Mark.Rollout(1, "operation-1", "Deployment/x", false, OptionalInt.empty(), false),
                                new Mark.Answer(1, "operation-1", "GET /", Optional.of("500")),
                                new Mark.Errors(1, "operation-1", 10, 1, 0.01, 20),
                                new Mark.Note(1, Mark.Weight.WARNING, "look", "")))),
                Optional.of(new Timeline.Failure("RLV-701", "no", List.of("why"), Optional.of("look"), 7)),
                true,
                3);
        StepResults results = StepResults.of(project);
        results.write(timeline);

        String json = Files.readString(project.resolve(".relevo/timeline.json"));
        assertThat(violations(json, "timeline")).isEmpty();
        assertThat(violations(json.replace("\"percent\"", "\"percents\""), "timeline"))
                .isNotEmpty();
        assertThat(results.timeline()).contains(timeline);
    }

    @Test
    void takesATimelineThatNobodyCanReadForNone() throws IOException {
        StepResults results = StepResults.of(project);
        assertThat(results.timeline()).isEmpty();
        Files.writeString(results.folder().resolve("timeline.json"), "{\"apiVersion\": \"relevo.dev/v1\"}");
        assertThat(results.timeline()).isEmpty();
    }

    private static List<String> violations(String json) throws IOException {
        return violations(json, "step-result");
    }

    private static List<String> violations(String json, String form) throws IOException {
        try (InputStream in = StepResults.class.getResourceAsStream("/dev/relevo/" + form + ".schema.json")) {
            String schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(schema, InputFormat.JSON)
                    .validate(json, InputFormat.JSON)
                    .stream()
                    .map(Object::toString)
                    .toList();
        }
    }
}
