package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Event.TaskKind;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody who watches a deploy is told of its course. */
class WatchedDeployTest {
    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<Event> events = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "ROLLING, Apply Deployment/shop",
        "BIG_BANG, Delete Deployment/shop: the new version comes after it",
        "BLUE_GREEN, Give the candidate its share by Service/shop: 100 %",
        "CANARY, Give the candidate its share by HTTPRoute/shop: 10 %",
    })
    void theHandOverStartsWithTheFirstChangeThatUsersCouldNotice(StrategyName strategy, String operation) {
        deploy("v1", StrategyName.ROLLING);
        events.clear();

        deploy("v2", strategy);

        assertThat(events)
                .contains(new Event.ReleasePlanned(
                        2, "shop", "dev", strategy.written(), "registry.example/shop:v2", Optional.empty()));
        int start = events.indexOf(new Event.HandOverStarted(2));
        assertThat(start).isPositive();
        assertThat(((Event.TaskStarted) events.get(start + 1)).label()).isEqualTo(operation);
    }

    @Test
    void operationsAndGatesAreToldApart() {
        deploy("v1", StrategyName.ROLLING);

        assertThat(kind("Apply Deployment/shop")).isEqualTo(TaskKind.OPERATION);
        assertThat(kind("Wait until Deployment/shop is complete")).isEqualTo(TaskKind.GATE);
    }

    @Test
    void aTaskThatFailsSaysWhy() {
        deploy("v1", StrategyName.ROLLING);
        cluster.controllers().breakImage("registry.example/shop:v2");

        Problem problem = catchThrowableOfType(RelevoException.class, () -> deploy("v2", StrategyName.ROLLING))
                .problem();

        Event.TaskFinished failed = events.stream()
                .filter(event -> event instanceof Event.TaskFinished task && task.outcome() == Outcome.FAILED)
                .map(Event.TaskFinished.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(failed.problem().orElseThrow().summary()).isEqualTo(problem.summary());
    }

    @Test
    void aCheckThatIsMadeAgainSaysWhy() {
        deploy("v1", StrategyName.ROLLING);
        cluster.answerBadly("registry.example/shop:v2");

        Problem problem = catchThrowableOfType(RelevoException.class, () -> deploy("v2", StrategyName.CANARY))
                .problem();

        assertThat(problem.summary()).endsWith("GET / answered 500; expected 200: bad");
        assertThat(events)
                .anyMatch(event -> event instanceof Event.TaskProgress waiting
                        && waiting.detail().equals("GET / answered 500; expected 200: bad"));
    }

    private TaskKind kind(String label) {
        return events.stream()
                .filter(event ->
                        event instanceof Event.TaskStarted task && task.label().equals(label))
                .map(event -> ((Event.TaskStarted) event).kind())
                .findFirst()
                .orElseThrow();
    }

    private void deploy(String version, StrategyName strategy) {
        new DeployService(
                        new SimulatedClient(cluster),
                        events::add,
                        cluster.pace(),
                        cluster.reach(),
                        (deployment, replicaSets, pods) -> Optional.empty(),
                        "deployer")
                .deploy(Shop.version(version, strategy, Shop.ROUTE), Shop.options(true));
    }
}
