package dev.relevo.report.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Event.TaskKind;
import dev.relevo.report.ExitCode;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimelineRecorderTest {
    private static final ErrorCode ROLLED_BACK = new ErrorCode() {
        @Override
        public String id() {
            return "RLV-701";
        }

        @Override
        public ExitCode exit() {
            return ExitCode.ROLLED_BACK;
        }
    };

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    private TimelineRecorder recorder(String command, Optional<Timeline> earlier) {
        return new TimelineRecorder("v1", command, earlier, text -> text.replace("s3cret", "****"), () -> now);
    }

    private void passes(int seconds) {
        now = now.plusSeconds(seconds);
    }

    private Timeline ran(String command, Optional<Timeline> earlier) {
        TimelineRecorder recorder = recorder(command, earlier);
        recorder.emit(new Event.StepStarted(command, ""));
        passes(1);
        recorder.emit(new Event.StepFinished(command, Outcome.DONE, Duration.ofSeconds(1), "well"));
        recorder.end();
        return recorder.timeline();
    }

    @Test
    void keepsWhenEachPartBeganHowLongItTookAndWhatWasSeen() {
        TimelineRecorder recorder = recorder("deploy", Optional.empty());
        recorder.emit(new Event.StepStarted("deploy", "shop"));
        passes(2);
        recorder.emit(new Event.TaskStarted("operation-1", "Apply", TaskKind.OPERATION));
        passes(3);
        recorder.emit(new Event.TrafficShifted("operation-1", "HTTPRoute/shop", 20));
        recorder.emit(new Event.TaskFinished("operation-1", "Apply", Outcome.DONE, Duration.ofSeconds(3), "s3cret"));
        recorder.emit(new Event.TaskStarted("operation-2", "Wait", TaskKind.OPERATION));
        passes(1);

        RecordedStep step = recorder.timeline().step("deploy").orElseThrow();

        assertThat(step.outcome()).isEmpty();
        assertThat(step.seconds()).isEqualTo(6);
        assertThat(step.tasks())
                .containsExactly(
                        new RecordedStep.Task(
                                "operation-1",
                                "Apply",
                                Optional.of(TaskKind.OPERATION),
                                2,
                                3,
                                Optional.of(Outcome.DONE),
                                "****"),
                        new RecordedStep.Task(
                                "operation-2", "Wait", Optional.of(TaskKind.OPERATION), 5, 0, Optional.empty(), ""));
        assertThat(step.marks()).containsExactly(new Mark.Traffic(5, "operation-1", "HTTPRoute/shop", 20));
    }

    @Test
    void tellsAnOperationFromTheOneOfTheSameNumberThatBringsThingsBack() {
        TimelineRecorder recorder = recorder("deploy", Optional.empty());
        for (Outcome outcome : new Outcome[] {Outcome.FAILED, Outcome.DONE}) {
            recorder.emit(new Event.TaskStarted("operation-1", outcome.name(), TaskKind.OPERATION));
            recorder.emit(new Event.TaskFinished("operation-1", outcome.name(), outcome, Duration.ZERO, ""));
        }

        assertThat(recorder.timeline().steps().get(0).tasks())
                .extracting(RecordedStep.Task::label)
                .containsExactly("FAILED", "DONE");
    }

    @Test
    void goesOnFromTheStepsOfTheSameDeliveryAndForgetsThoseOfTheOneBefore() {
        Optional<Timeline> all = Optional.empty();
        for (String step : new String[] {"test", "build", "push", "configmap", "deploy"}) {
            all = Optional.of(ran(step, all));
        }

        assertThat(all.orElseThrow().steps())
                .extracting(RecordedStep::name)
                .containsExactly("test", "build", "push", "configmap", "deploy");
        assertThat(ran("build", all).steps()).extracting(RecordedStep::name).containsExactly("test", "build");
        assertThat(ran("rollback", all).steps()).extracting(RecordedStep::name).containsExactly("rollback");
    }

    @Test
    void keepsWhatBelongsToNoStepApart() {
        TimelineRecorder recorder = recorder("run", Optional.empty());
        recorder.emit(new Event.TaskStarted("local", "Start", TaskKind.OPERATION));
        recorder.emit(new Event.StepStarted("push", ""));
        recorder.emit(new Event.StepFinished("push", Outcome.DONE, Duration.ZERO, ""));
        recorder.emit(new Event.TaskStarted("addon", "Database", TaskKind.OPERATION));
        recorder.emit(new Event.StepStarted("deploy", ""));

        assertThat(recorder.timeline().steps())
                .extracting(RecordedStep::name)
                .containsExactly("prepare", "push", "prepare", "deploy");
    }

    @Test
    void endsWhatWasLeftOpenWhenTheCommandFails() {
        TimelineRecorder recorder = recorder("rollback", Optional.empty());
        recorder.emit(new Event.TaskStarted("operation-1", "Apply", TaskKind.OPERATION));
        recorder.failed(Problem.of(ROLLED_BACK, "the s3cret is out").detail("s3cret"));
        recorder.end();

        Timeline timeline = recorder.timeline();
        assertThat(timeline.ended()).isTrue();
        assertThat(timeline.failure().orElseThrow().summary()).isEqualTo("the **** is out");
        assertThat(timeline.failure().orElseThrow().details()).containsExactly("****");
        assertThat(timeline.step("rollback").orElseThrow().outcome()).contains(Outcome.ROLLED_BACK);
    }

    @Test
    void neverGrowsWithoutBoundAndSaysHowMuchItLeftOut() {
        TimelineRecorder recorder = recorder("deploy", Optional.empty());
        for (int i = 0; i < 10_000; i++) {
            recorder.emit(new Event.Info("x".repeat(10_000)));
        }

        Timeline timeline = recorder.timeline();
        assertThat(timeline.steps().get(0).marks()).hasSize(4000);
        assertThat(timeline.leftOut()).isEqualTo(6000);
        assertThat(((Mark.Note) timeline.steps().get(0).marks().get(0)).text()).hasSize(600);
    }
}
