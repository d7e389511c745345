package dev.relevo.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Event.TaskKind;
import dev.relevo.report.timeline.Mark;
import dev.relevo.report.timeline.RecordedStep;
import dev.relevo.report.timeline.RecordedStep.Task;
import dev.relevo.report.timeline.Timeline;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunPageTest {
    private static final String HOSTILE = "</script><img src=x onerror=alert(1)>\"'&\u0000\u202e\u001b[31mred";
    private static final Instant BEGUN = Instant.parse("2026-01-02T03:04:05Z");

    private static Timeline timeline(List<Mark> marks, Optional<Timeline.Failure> failure) {
        RecordedStep step = new RecordedStep(
                "deploy",
                "shop to prod",
                BEGUN,
                20,
                Optional.of(failure.isPresent() ? Outcome.FAILED : Outcome.DONE),
                "release 4",
                List.of(
                        new Task(
                                "operation-1",
                                "Apply Deployment/shop",
                                Optional.of(TaskKind.OPERATION),
                                1,
                                0.5,
                                Optional.of(Outcome.UNCHANGED),
                                ""),
                        new Task(
                                "operation-2",
                                "Watch the candidate",
                                Optional.of(TaskKind.GATE),
                                2,
                                3,
                                Optional.of(Outcome.FAILED),
                                "bad"),
                        new Task("operation-3", "Wait for somebody", Optional.empty(), 6, 0, Optional.empty(), "")),
                marks);
        return new Timeline(
                "relevo.dev/v1",
                "deploy",
                Optional.empty(),
                List.of(new Timeline.Target("shop", "prod", "shops")),
                List.of(new Timeline.Planned("shop", 4, "canary", "r/shop@sha256:0")),
                List.of(step),
                failure,
                true,
                0);
    }

    private static ReadPage page(List<Mark> marks) {
        return page(new RunReport(timeline(marks, Optional.empty()), List.of()));
    }

    private static ReadPage page(RunReport report) {
        return ReadPage.of(RunPage.of(report, UnaryOperator.identity()));
    }

    private static Mark own(double at, int release, boolean complete) {
        return new Mark.Rollout(at, "operation-9", "Deployment/shop", false, OptionalInt.of(release), complete);
    }

    private static Mark share(double at, double percent) {
        return new Mark.Traffic(at, "operation-5", "HTTPRoute/shop", percent);
    }

    @Test
    void tellsEveryOutcomeByAWordAndASign() {
        ReadPage page = page(List.of());

        assertThat(page.verdict()).isEqualTo("✔ done");
        assertThat(page.select("tbody th"))
                .contains("Apply Deployment/shop", "◇ gate: Watch the candidate", "Wait for somebody");
        assertThat(page.select(".outcome")).containsExactly("✔ done", "= unchanged", "✘ failed", "… not ended");
        assertThat(page.select("h1")).containsExactly("relevo deploy: shop to prod");
    }

    @Test
    void saysWhatWasNotMeasuredInsteadOfDrawingIt() {
        ReadPage page = page(List.of());

        assertThat(page.section("hand-over"))
                .contains("Nothing was measured: the run did not come as far as handing traffic over");
        assertThat(page.drawings()).isEmpty();
    }

    @Test
    void followsACanaryUntilTheAppsOwnPodsAreTheNewVersion() {
        ReadPage page = page(
                List.of(share(1, 0), share(4, 20), share(8, 50), own(10, 4, false), own(14, 4, true), share(15, 0)));

        assertThat(page.drawings())
                .first()
                .isEqualTo(
                        "Share of the new version: 0 % from 1.0 s to 4.0 s, 20 % from 4.0 s to 8.0 s,"
                                + " 50 % from 8.0 s to 10.0 s, not measured from 10.0 s to 14.0 s, 100 % from 14.0 s to 20.0 s");
        assertThat(page.section("hand-over")).contains("Hatched: pods were being made or replaced");
    }

    @Test
    void showsThatNothingIsLeftOfACandidateThatWasWithdrawn() {
        ReadPage page = page(List.of(
                share(0, 0),
                new Mark.Rollout(2, "operation-3", "Deployment/shop-candidate", true, OptionalInt.of(4), true),
                share(3, 20),
                share(8, 0),
                own(9, 3, false),
                own(9, 3, true)));

        assertThat(page.drawings())
                .first()
                .isEqualTo("Share of the new version: 0 % from 0.0 s to 3.0 s, 20 % from 3.0 s to 8.0 s,"
                        + " 0 % from 8.0 s to 20.0 s");
    }

    @Test
    void drawsReadingsOfCountersAndAnswersWithTheirNumbersBesideThem() {
        ReadPage page = page(List.of(
                share(1, 20),
                new Mark.Answer(1, "operation-4", "GET /", Optional.empty()),
                new Mark.Answer(2, "operation-4", "GET /pay", Optional.of("GET /pay answered 500; expected 200")),
                new Mark.Errors(7, "operation-6", 40, 1, 0.01, 20)));

        assertThat(page.drawings().get(1))
                .isEqualTo("2 requests of checks, 1 not answered as expected. The new version's own counters: 1 gate,"
                        + " the last reading said 1 of 40 requests failed (2.5 %).");
        assertThat(page.section("hand-over"))
                .contains(
                        "✔ GET /: as expected",
                        "✘ GET /pay: GET /pay answered 500; expected 200",
                        "✘ counters: 1 of 40 requests failed (2.5 %)");
        assertThat(page.select("svg text")).contains("at most 1 %");
    }

    @Test
    void givesTheRootCauseWithItsEvidenceAndWhatTheCodesMean() {
        Timeline.Failure failure = new Timeline.Failure(
                "RLV-701",
                "The candidate fails too often",
                List.of("Release 4 was rolled back; release 3 serves", "Cause: RLV-709"),
                Optional.of("Look at its log"),
                7);
        ReadPage page = page(new RunReport(timeline(List.of(), Optional.of(failure)), List.of()));

        assertThat(page.select("header dd")).contains("4, canary");
        assertThat(page.verdict()).isEqualTo("↩ failed and rolled back The candidate fails too often");
        assertThat(page.section("diagnosis"))
                .contains(
                        "Release 4 was rolled back; release 3 serves",
                        "What to do Look at its log",
                        "What RLV-701 means",
                        "What RLV-709 means The candidate's metrics are too bad, or there are none.",
                        "docs/errors.md#rlv-709");
    }

    @Test
    void showsMembersOfAGroupApart() {
        RecordedStep step = new RecordedStep(
                "deploy",
                "both",
                BEGUN,
                9,
                Optional.of(Outcome.DONE),
                "",
                List.of(),
                List.of(
                        new Mark.Traffic(1, "prices/operation-1", "Service/prices", 100),
                        new Mark.Traffic(2, "stock/operation-1", "Service/stock", 100)));
        Timeline timeline = new Timeline(
                "relevo.dev/v1",
                "deploy",
                Optional.of("checkout"),
                List.of(new Timeline.Target("prices", "prod", "a"), new Timeline.Target("stock", "prod", "b")),
                List.of(),
                List.of(step),
                Optional.empty(),
                true,
                0);

        assertThat(page(new RunReport(timeline, List.of())).drawings())
                .anyMatch(title -> title.startsWith("Share of the new version of prices: 100 % from 1.0 s"))
                .anyMatch(title -> title.startsWith("Share of the new version of stock: 100 % from 2.0 s"));
    }

    @Test
    void takesNoTextForMarkup() {
        RunReport.Project project = new RunReport.Project(
                HOSTILE,
                Optional.of(new RunReport.Tests(
                        HOSTILE,
                        2,
                        1,
                        0,
                        0,
                        List.of(new RunReport.FailedTest(HOSTILE, HOSTILE, Optional.of(HOSTILE))),
                        List.of(new RunReport.TimedTest(HOSTILE, 1)))),
                Optional.of(new RunReport.Image(
                        HOSTILE + "@" + HOSTILE,
                        Optional.of(HOSTILE),
                        Optional.of(HOSTILE),
                        List.of(HOSTILE),
                        Optional.of(HOSTILE),
                        List.of(new RunReport.Layer(HOSTILE, 1)),
                        Optional.of(new RunReport.Sent(1, 2)))),
                Optional.of(new RunReport.Configuration(
                        Optional.of(HOSTILE), List.of(HOSTILE), Optional.of(HOSTILE), List.of("+" + HOSTILE))),
                Optional.of(new RunReport.Release(
                        1,
                        HOSTILE,
                        HOSTILE,
                        1,
                        Optional.of(HOSTILE),
                        List.of(new RunReport.Hook(HOSTILE, HOSTILE, HOSTILE, 1, HOSTILE)))));
        Timeline.Failure failure = new Timeline.Failure(HOSTILE, HOSTILE, List.of(HOSTILE), Optional.of(HOSTILE), 8);
        Timeline timeline = new Timeline(
                "relevo.dev/v1",
                HOSTILE,
                Optional.of(HOSTILE),
                List.of(new Timeline.Target(HOSTILE, HOSTILE, HOSTILE)),
                List.of(new Timeline.Planned(HOSTILE, 1, HOSTILE, HOSTILE)),
                List.of(new RecordedStep(
                        "deploy",
                        HOSTILE,
                        BEGUN,
                        1,
                        Optional.empty(),
                        HOSTILE,
                        List.of(new Task(HOSTILE, HOSTILE, Optional.empty(), 0, 1, Optional.empty(), HOSTILE)),
                        List.of(
                                new Mark.Traffic(0, HOSTILE, HOSTILE, 1),
                                new Mark.Answer(0, HOSTILE, HOSTILE, Optional.of(HOSTILE)),
                                new Mark.Rollout(0, HOSTILE, HOSTILE, false, OptionalInt.of(1), true),
                                new Mark.Note(0, Mark.Weight.WARNING, HOSTILE, HOSTILE)))),
                Optional.of(failure),
                true,
                1);

        ReadPage page = page(new RunReport(timeline, List.of(project)));

        assertThat(page.text())
                .contains("</script><img src=x onerror=alert(1)>\"'&")
                .doesNotContain("\u202e")
                .doesNotContain("[31m");
    }

    @Test
    void masksSecretsBeforeTheirSignsAreEscaped() {
        Timeline.Failure failure =
                new Timeline.Failure("RLV-205", "password is a<b&c", List.of("a<b&c"), Optional.of("not a<b&c"), 3);
        String html = RunPage.of(
                new RunReport(timeline(List.of(), Optional.of(failure)), List.of()),
                text -> text.replace("a<b&c", "****"));

        assertThat(ReadPage.of(html).section("diagnosis")).contains("password is ****");
        assertThat(html).doesNotContain("a&lt;b");
    }

    @Test
    void staysSmallWhenMuchHappened() {
        List<Mark> marks = Stream.iterate(0, i -> i + 1)
                .limit(4000)
                .map(i -> (Mark) new Mark.Errors(i / 200.0, "operation-2", 2 * i, i, 0.01, 20))
                .toList();

        String html = RunPage.of(new RunReport(timeline(marks, Optional.empty()), List.of()), UnaryOperator.identity());

        assertThat(html.length()).isLessThan(2_000_000);
    }
}
