package dev.relevo.pipeline;

import dev.relevo.config.TestConfig;
import dev.relevo.project.BuildTool;
import dev.relevo.project.Command;
import dev.relevo.report.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What runs a project's tests. */
final class TestCommand {
    private TestCommand() {}

    static Command of(Path project, TestConfig config, Optional<BuildTool> tool) {
        if (!config.command().isEmpty()) {
            String program = String.valueOf(Path.of(config.command().get(0)).getFileName());
            return new Command(config.command(), project, config.env(), config.timeout(), program);
        }
        BuildTool found = tool.orElseThrow(
                () -> Problem.of(TestError.NO_TOOL, "Nothing in [" + project + "] says how its tests are run")
                        .detail("Looked for pom.xml, build.gradle, package.json and files of pytest")
                        .remedy("Set test.command in relevo.yaml, e.g. command: [make, test], and test.reports")
                        .asException());
        List<String> words = new ArrayList<>(found.call());
        words.addAll(arguments(found.kind(), project));
        return new Command(
                words, project, config.env(), config.timeout(), found.kind().word());
    }

    private static List<String> arguments(BuildTool.Kind kind, Path project) {
        return switch (kind) {
            case MAVEN -> List.of("-B", "-ntp", "-Dstyle.color=never", "test");
            // Gradle leaves out tests whose inputs did not change; then there would be no report of this run.
            case GRADLE -> List.of("--console=plain", "cleanTest", "test");
            case NPM -> List.of("test");
            case PYTEST ->
                List.of("--junitxml="
                        + project.resolve(StepResults.FOLDER).resolve("reports").resolve("pytest.xml"));
        };
    }
}
