package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The list of plugins")
class PluginListTest {
    private static final Path FILE = Path.of("jenkins-image/controller/plugins.txt");

    private static List<String> lines() throws Exception {
        return Files.readAllLines(FILE);
    }

    private static List<String> plugins() throws Exception {
        return lines().stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    private static List<String> names() throws Exception {
        return plugins().stream().map(line -> line.split(":")[0]).toList();
    }

    @Test
    void pinsEveryPluginToOneVersion() throws Exception {
        assertThat(plugins()).isNotEmpty().allMatch(line -> line.matches("[a-z][a-z0-9-]*:[0-9][A-Za-z0-9._-]*"));
        assertThat(names()).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void saysOfEveryPluginWhyItIsThere() throws Exception {
        List<String> lines = lines();

        assertThat(plugins())
                .allSatisfy(plugin ->
                        assertThat(lines.get(lines.indexOf(plugin) - 1)).matches("# .{10,}"));
    }

    @Test
    void hasWhatThePipelinesAndTheConfigurationNeed() throws Exception {
        assertThat(plugins())
                .contains(
                        "kubernetes:4540.v612369217f87",
                        "workflow-aggregator:608.v67378e9d3db_1",
                        "git:5.10.1",
                        "configuration-as-code:2115.vf6de120eef70");
        assertThat(names())
                .contains(
                        "ansicolor",
                        "antisamy-markup-formatter",
                        "cloudbees-folder",
                        "credentials-binding",
                        "docker-workflow",
                        "job-dsl",
                        "junit",
                        "lockable-resources",
                        "matrix-auth",
                        "opentelemetry",
                        "pipeline-graph-view",
                        "pipeline-milestone-step",
                        "pipeline-model-definition",
                        "prometheus",
                        "timestamper",
                        "workflow-multibranch");
    }
}
