package dev.relevo.pipeline;

import dev.relevo.page.RunReport;
import dev.relevo.report.timeline.RecordedStep;
import dev.relevo.report.timeline.Timeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts together what the page of a run tells: the timeline, and the results of the steps that are in it. */
public final class RunReports {
    private final Timeline timeline;

    private RunReports(Timeline timeline) {
        this.timeline = timeline;
    }

    /** For one project. */
    public static RunReport of(Timeline timeline, Path project) {
        RunReports reports = new RunReports(timeline);
        return new RunReport(timeline, List.of(reports.project("", project, names(timeline))));
    }

    /**
     * For a group.
     *
     * @param members their folders by their names; what each has made it has made by itself, before
     */
    public static RunReport of(Timeline timeline, Map<String, Path> members) {
        RunReports reports = new RunReports(timeline);
        List<RunReport.Project> projects = new ArrayList<>();
        members.forEach((name, folder) -> {
            Set<String> steps =
                    StepResults.of(folder).timeline().map(RunReports::names).orElse(Set.of());
            projects.add(reports.project(name, folder, steps));
        });
        return new RunReport(timeline, projects);
    }

    private static Set<String> names(Timeline timeline) {
        return timeline.steps().stream().map(RecordedStep::name).collect(Collectors.toSet());
    }

    private RunReport.Project project(String member, Path folder, Set<String> steps) {
        StepResults results = StepResults.of(folder);
        Optional<StepResult.Deploy> deploy =
                timeline.step("deploy").flatMap(step -> results.left(StepResult.Deploy.class));
        return new RunReport.Project(
                member,
                found(results, steps, "test", StepResult.Tests.class).map(RunReports::tests),
                image(results, steps, deploy),
                found(results, steps, "configmap", StepResult.Config.class).map(RunReports::configuration),
                deploy.map(RunReports::release));
    }

    private static <T extends StepResult> Optional<T> found(
            StepResults results, Set<String> steps, String step, Class<T> type) {
        return steps.contains(step) ? results.left(type) : Optional.empty();
    }

    private static RunReport.Tests tests(StepResult.Tests tests) {
        return new RunReport.Tests(
                tests.tool(),
                tests.total(),
                tests.failed(),
                tests.errors(),
                tests.skipped(),
                tests.failures().stream()
                        .map(test -> new RunReport.FailedTest(test.name(), test.message(), test.location()))
                        .toList(),
                tests.slowest().stream()
                        .map(test -> new RunReport.TimedTest(test.name(), test.seconds()))
                        .toList());
    }

    private Optional<RunReport.Image> image(
            StepResults results, Set<String> steps, Optional<StepResult.Deploy> deploy) {
        Optional<StepResult.Build> build = found(results, steps, "build", StepResult.Build.class);
        Optional<StepResult.Push> push = found(results, steps, "push", StepResult.Push.class);
        Optional<String> reference = deploy.map(StepResult.Deploy::image)
                .or(() -> push.map(StepResult.Push::image))
                .or(() -> build.map(StepResult.Build::image))
                .or(this::planned);
        return reference.map(image -> new RunReport.Image(
                image,
                build.flatMap(StepResult.Build::revision),
                build.flatMap(StepResult.Build::version),
                build.map(StepResult.Build::tags)
                        .or(() -> push.map(StepResult.Push::tags))
                        .orElse(List.of()),
                build.map(StepResult.Build::builder),
                build.map(made -> made.layers().stream()
                                .map(layer -> new RunReport.Layer(layer.digest(), layer.bytes()))
                                .toList())
                        .orElse(List.of()),
                push.map(sent -> new RunReport.Sent(sent.bytesSent(), sent.bytesPresent()))));
    }

    /** What was to be deployed. */
    private Optional<String> planned() {
        return timeline.releases().size() == 1
                ? Optional.of(timeline.releases().get(0).image())
                : Optional.empty();
    }

    private static RunReport.Configuration configuration(StepResult.Config config) {
        return new RunReport.Configuration(
                config.liveName(),
                config.keys(),
                config.change().map(StepResult.ConfigChange::from),
                config.change().map(StepResult.ConfigChange::lines).orElse(List.of()));
    }

    private static RunReport.Release release(StepResult.Deploy deploy) {
        return new RunReport.Release(
                deploy.release(),
                deploy.strategy(),
                deploy.image(),
                deploy.replicas(),
                deploy.address(),
                deploy.hooks().stream()
                        .map(hook -> new RunReport.Hook(
                                hook.name(), hook.moment(), hook.outcome(), hook.seconds(), hook.detail()))
                        .toList());
    }
}
