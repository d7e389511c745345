package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.telemetry.HttpReceiver;
import dev.relevo.telemetry.ShownRun;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Pushgateway takes what a run pushes. */
class PushgatewayTest {
    @TempDir
    Path folder;

    @Test
    void dashboardsAskForWhatARunTells() throws Exception {
        try (HttpReceiver gateway = HttpReceiver.start()) {
            new ShownRun(folder, "{pushgateway: {url: '" + gateway.url() + "'}}", Map.of()).succeeds();

            assertThat(gateway.told().get(0).text().lines().filter(line -> line.startsWith("# TYPE ")))
                    .map(line -> line.split(" ")[2])
                    .containsExactlyInAnyOrderElementsOf(
                            Files.readAllLines(Path.of("src/test/resources/monitoring/metrics/relevo.txt")).stream()
                                    .skip(1)
                                    .toList());
        }
    }

    @Test
    void itHasTheFiguresOfTheLastRunByAppEnvironmentAndCommand() throws Exception {
        Program program = Program.needed("prometheus-pushgateway", "pushgateway");
        String kept = "--persistence.file=" + folder.resolve("metrics");
        try (Program.Running gateway = program.launch(folder, "--web.listen-address=127.0.0.1:0", kept)) {
            String url = "http://127.0.0.1:" + gateway.port();
            String config = "{pushgateway: {url: '" + url + "'}}";
            new ShownRun(folder, config, Map.of()).fails();
            ShownRun second = new ShownRun(folder, config, Map.of());
            second.succeeds();

            assertThat(second.warnings()).isEmpty();
            JsonNode groups = new ObjectMapper()
                    .readTree(URI.create(url + "/api/v1/metrics").toURL())
                    .path("data");
            assertThat(groups).hasSize(1);
            JsonNode group = groups.get(0);
            assertThat(group.path("labels").toString())
                    .isEqualTo(new ObjectMapper()
                            .createObjectNode()
                            .put("app", "shop")
                            .put("command", "deploy")
                            .put("environment", "prod")
                            .put("job", "relevo")
                            .toString());
            JsonNode outcomes = group.at("/relevo_run_outcome/metrics");
            assertThat(outcomes).hasSize(1);
            assertThat(outcomes.get(0).at("/labels/outcome").asText()).isEqualTo("done");
            assertThat(group.at("/relevo_step_duration_seconds/metrics/0/value").asText())
                    .isEqualTo("31.5");
        }
    }
}
