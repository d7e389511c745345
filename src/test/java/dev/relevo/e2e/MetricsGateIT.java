package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.e2e.CommandLine.Ended;
import dev.relevo.page.ReadPage;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A canary that is judged by its own metrics, which real processes count. */
@Timeout(240)
@Tag("any-cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsGateIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String METRICS = "{metrics: {path: /prometheus, maxErrorRate: 0.01, minRequests: 20}}";

    private Shop shop;

    @BeforeAll
    void startWithAFirstVersion(@TempDir Path directory) throws Exception {
        shop = new Shop(Site.here(directory), directory, "judged", Shop.Design.USUAL.verified(METRICS));
        DeployOutcome unused = deploy("v1", StrategyName.ROLLING, Map.of());
    }

    @AfterAll
    void stop() {
        shop.close();
    }

    @Test
    void aCandidateThatAnswersWithErrorsIsWithdrawnAndTheFirstLineSaysHowMany() throws Exception {
        try (SteadyTraffic traffic = users()) {
            Ended withdrawn = withdrawn("bad", "500");

            assertThat(withdrawn.status()).as(withdrawn.err()).isEqualTo(7);
            assertThat(withdrawn.err())
                    .containsPattern("error RLV-701: The candidate fails too often: (\\d+) of \\1 requests failed"
                            + " \\(100\\.00 %\\); at most 1\\.0 % are allowed")
                    .contains("Cause: RLV-709", "was rolled back");
            assertPageTellsOfTheWithdrawal();
            // A node's proxy learns a moment later than the API server that the candidate is gone.
            assertThat(traffic.seenUntilOnly("v1").failures())
                    .as("only the candidate's share was hurt")
                    .allMatch(failure -> failure.equals("500 bad"));
            assertServes("v1", traffic);
        }
    }

    @Test
    void aCandidateThatNobodyAsksIsNotPassed() {
        Problem problem = refused("unseen", Map.of());

        assertThat(problem.code().exit().number()).isEqualTo(7);
        assertThat(problem.summary())
                .isEqualTo("The candidate answered only 0 requests; 20 are needed to judge it, and no data is no pass");
    }

    @Test
    void aCandidateThatAnswersWellIsPromoted() throws Exception {
        try (SteadyTraffic traffic = users()) {
            DeployOutcome outcome = deploy("good", StrategyName.CANARY, Map.of());

            assertThat(outcome.replicas()).isEqualTo(2);
            assertThat(traffic.seen().failures()).isEmpty();
            assertServes("good", traffic);
            DeployOutcome back = deploy("v1", StrategyName.ROLLING, Map.of());
            assertThat(back.replicas()).isEqualTo(2);
        }
    }

    /** By the command line, as a user would. */
    private Ended withdrawn(String version, String status) {
        shop.pushedFor(shop.project());
        return new CommandLine(shop.project())
                .relevo(
                        "deploy",
                        "-e",
                        "here",
                        "--strategy",
                        "canary",
                        "--set",
                        "service.env.VERSION=" + version,
                        "--set",
                        "service.env.STATUS=" + status,
                        "--set",
                        "deploy.timeout=10s");
    }

    private void assertPageTellsOfTheWithdrawal() throws IOException {
        ReadPage page = ReadPage.in(shop.project().resolve(".relevo/report.html"));
        assertThat(page.verdict()).startsWith("↩ failed and rolled back The candidate fails too often");
        assertThat(page.section("diagnosis")).contains("What RLV-709 means");
        assertThat(page.drawings().get(0))
                .as("two pods stay, so one in three is the candidate's")
                .matches("Share of the new version: 0 % from .*, 33\\.3 % from .*, 0 % from .*");
        assertThat(page.drawings().get(1))
                .containsPattern("1 gate, the last reading said (\\d+) of \\1 requests failed");
        assertThat(page.section("hand-over")).contains("✘ counters: ", "The candidate has 33.3 % of the traffic");
    }

    private SteadyTraffic users() {
        return new SteadyTraffic(shop.address() + "/users", 200);
    }

    private DeployOutcome deploy(String version, StrategyName strategy, Map<String, String> variables) {
        return shop.deploy(shop.version(version, strategy, variables), PATIENCE);
    }

    private Problem refused(String version, Map<String, String> variables) {
        return catchThrowableOfType(RelevoException.class, () -> deploy(version, StrategyName.CANARY, variables))
                .problem();
    }

    private void assertServes(String version, SteadyTraffic traffic) throws InterruptedException {
        assertThat(shop.status().steady()).isTrue();
        assertThat(shop.names(Kind.DEPLOYMENT)).isEqualTo(List.of("shop"));
        SteadyTraffic.Seen before = traffic.seen();
        SteadyTraffic.Seen afterwards = traffic.seen();
        while (afterwards.answered() == 0 && afterwards.failures().isEmpty()) {
            afterwards = traffic.seen();
        }
        assertThat(before.failures()).isEmpty();
        assertThat(afterwards.failures()).isEmpty();
        assertThat(afterwards.versions()).containsExactly(version);
    }
}
