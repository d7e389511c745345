package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.platform.running.Build;
import dev.relevo.platform.running.ComposedPlatform;
import dev.relevo.platform.running.Job;
import dev.relevo.platform.running.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts the whole platform by {@code jenkins-image/up}, in containers, and builds on it. One for all tests, since its start
 * takes a minute or more.
 *
 * <p>{@code PLATFORM_TEST_COMPOSE} names the program that reads compose files. Without a network its engine has to have the
 * images that {@code compose.yaml} and the Dockerfiles name, or stand-ins that behave like them, and the agent's home a Maven
 * repository with what the smallest project needs.
 */
@DisplayName("The platform that compose starts")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT {
    private static final String MAIN = "job/samples/job/clients/job/main/";

    private Optional<ComposedPlatform> started = Optional.empty();

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Optional<String> missing = ComposedPlatform.missing();
        assumeTrue(missing.isEmpty(), missing.orElse(""));
        started = Optional.of(ComposedPlatform.start(folder));
    }

    @AfterAll
    void stop() throws Exception {
        if (started.isPresent()) {
            started.get().close();
        }
    }

    private ComposedPlatform platform() {
        return started.orElseThrow();
    }

    private void isWell() throws Exception {
        assertThat(platform().services())
                .extracting(service -> service.path("Service").asText())
                .containsExactlyInAnyOrder("agent", "controller", "git", "haproxy", "postgresql", "registry");
        assertThat(platform().services())
                .allSatisfy(service -> assertThat(service.path("Health").asText())
                        .as(service.path("Service").asText())
                        .isEqualTo("healthy"));
        assertThat(platform()
                        .jenkins()
                        .json("computer/relevo-1/api/json?tree=offline")
                        .path("offline")
                        .asBoolean(true))
                .isFalse();
    }

    @Test
    @Order(1)
    void isWellAsSoonAsTheScriptHasEnded() throws Exception {
        isWell();
    }

    @Test
    @Order(2)
    void opensEveryPortToThisMachineOnly() throws Exception {
        List<JsonNode> published = platform().services().stream()
                .flatMap(service -> service.path("Publishers").valueStream())
                .filter(port -> port.path("PublishedPort").asInt() > 0)
                .toList();

        assertThat(published)
                .hasSize(5)
                .allSatisfy(port -> assertThat(port.path("URL").asText()).isEqualTo("127.0.0.1"));
    }

    @Test
    @Order(3)
    void letsItsAdministratorInAndNobodyElse() throws Exception {
        assertThat(platform()
                        .jenkins()
                        .json("job/samples/api/json?tree=jobs[name]")
                        .path("jobs"))
                .extracting(job -> job.path("name").asText())
                .containsExactlyInAnyOrder("clients", "clients-deploy");
        for (String page : List.of("", "api/json", "job/samples/api/json", "prometheus/")) {
            assertThat(platform().jenkins().anonymously(page).statusCode())
                    .as(page)
                    .isIn(401, 403, 404);
        }
    }

    @Test
    @Order(4)
    void deliversTheSampleOnItsAgent() throws Exception {
        Build build = new Job(platform().jenkins(), MAIN).build(1);

        assertThat(build.result()).as(build.log()).isEqualTo("SUCCESS");
        assertThat(build.description()).contains("release 1 of clients in local", "@sha256:");
    }

    // Jenkins looks at the room on its agents half a minute after they have come, and takes those with too little
    // offline.
    @Test
    @Order(5)
    void keepsItsAgentWhenItHasLookedAtTheRoomThere() throws Exception {
        JsonNode room = platform()
                .jenkins()
                .json("computer/relevo-1/api/json?depth=1")
                .at("/monitorData/hudson.node_monitors.TemporarySpaceMonitor");

        assertThat(room.path("size").asLong())
                .isGreaterThan(room.path("threshold").asLong());
        isWell();
    }

    @Test
    @Order(6)
    void showsStatisticsAndMetricsOfTheEntryBeforeTheController() throws Exception {
        String statistics = platform().address("HAPROXY_STATS_PORT").toString();

        assertThat(Platform.answer(statistics + "stats")).contains("Statistics Report");
        assertThat(Platform.answer(statistics + "metrics"))
                .contains("haproxy_server_status{proxy=\"controller\",server=\"controller\",state=\"UP\"} 1");
        assertThat(Platform.answer(platform().address("HAPROXY_PORT") + "login"))
                .contains("Jenkins");
    }

    @Test
    @Order(7)
    void keepsItsHomeWhenItIsRemovedAndStartedAgain() throws Exception {
        platform().down();
        assertThat(platform().services()).isEmpty();

        platform().up();

        isWell();
        assertThat(new Job(platform().jenkins(), MAIN).build(1).result()).isEqualTo("SUCCESS");
    }
}
