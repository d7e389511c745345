package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.config.DeployConfig.SchemaChange;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import dev.relevo.verify.Contact;
import dev.relevo.verify.HttpAsk;
import dev.relevo.verify.HttpReply;
import dev.relevo.verify.Reach;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Going back while a deploy holds the lock, alive or not, and what is asked from outside after a switch. */
class RollbackMeanwhileTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void whereverADeployDiedARollbackLeadsToTheReleaseThatServedBefore(StrategyName strategy) {
        int writes = writesOf(strategy);
        for (int at = 1; at <= writes; at++) {
            RollbackMeanwhileTest life = new RollbackMeanwhileTest();
            String story = strategy + " dies at write " + at;
            life.deploy("v1", StrategyName.ROLLING);
            SimulatedClient mortal = new SimulatedClient(life.cluster).dyingAt(at, at % 2 == 0);
            boolean begun = true;
            try {
                life.service(mortal, "mortal").deploy(Shop.version("v2", strategy), Shop.options(true));
            } catch (Killed expected) {
                begun = life.somebody().history(Shop.APP).size() > 1;
            }
            if (!begun) {
                continue;
            }

            life.somebody().rollback(Shop.APP, OptionalInt.empty(), Shop.options(true));

            life.cluster.pass(Duration.ofSeconds(10));
            assertThat(life.cluster.sightings().images("shop")).as(story).containsExactly("registry.example/shop:v1");
            assertThat(life.somebody().status(Shop.APP).orElseThrow().steady())
                    .as(story)
                    .isTrue();
            if (strategy != StrategyName.BIG_BANG) {
                assertThat(life.cluster.sightings().outages()).as(story).isEmpty();
            }
        }
    }

    @Test
    void aRollbackAcrossAnIncompatibleReleaseThatIsBeingDeployedIsRefusedAtOnce() {
        deploy("v1", StrategyName.ROLLING);
        cluster.controllers().breakImage("registry.example/shop:v2");
        RelevoException[] refused = new RelevoException[1];
        cluster.onEveryStep(() -> {
            boolean started = new Observer(new SimulatedClient(cluster))
                    .records(Shop.APP).stream().anyMatch(ReleaseRecord::started);
            if (started && refused[0] == null) {
                refused[0] = catchThrowableOfType(
                        RelevoException.class,
                        () -> somebody().rollback(Shop.APP, OptionalInt.empty(), Shop.options(true)));
            }
        });

        RelevoException failure = catchThrowableOfType(
                RelevoException.class,
                () -> somebody()
                        .deploy(
                                Shop.version("v2", StrategyName.BIG_BANG).withSchema(SchemaChange.INCOMPATIBLE),
                                Shop.options(true)));

        assertThat(refused[0].problem().code()).isEqualTo(DeployError.INCOMPATIBLE);
        assertThat(failure.problem().summary()).as("nobody has stopped it").startsWith("Waited 30 s");
    }

    @Test
    void afterASwitchSomebodyMustAnswerFromOutside() {
        deploy("v1", StrategyName.ROLLING);
        Reach deaf = answering(new Contact.None("connection refused"));

        RelevoException failure = catchThrowableOfType(
                RelevoException.class,
                () -> service(new SimulatedClient(cluster), deaf)
                        .deploy(Shop.version("v2", StrategyName.BLUE_GREEN), Shop.options(false)));

        assertThat(failure.problem().summary())
                .isEqualTo("Nobody answers behind Service/shop in dev: connection refused");
        assertThat(failure.problem().code().exit().number()).isEqualTo(7);
        cluster.pass(Duration.ofSeconds(10));
        assertThat(cluster.sightings().images("shop")).containsExactly("registry.example/shop:v1");
        assertThat(cluster.sightings().outages()).isEmpty();
    }

    @Test
    void whoMayNotAskFromOutsideDeploysAllTheSame() {
        deploy("v1", StrategyName.ROLLING);

        service(new SimulatedClient(cluster), answering(new Contact.Unknown("services/proxy is forbidden")))
                .deploy(Shop.version("v2", StrategyName.BLUE_GREEN), Shop.options(false));

        assertThat(cluster.sightings().images("shop")).containsExactly("registry.example/shop:v2");
    }

    private static Reach answering(Contact contact) {
        return new Reach() {
            @Override
            public HttpReply send(dev.relevo.cluster.KubeObject target, HttpAsk ask) {
                throw new IllegalStateException("Nothing says what to ask");
            }

            @Override
            public Contact contact(dev.relevo.cluster.KubeObject service, Duration timeout) {
                return contact;
            }
        };
    }

    private int writesOf(StrategyName strategy) {
        RollbackMeanwhileTest fresh = new RollbackMeanwhileTest();
        fresh.deploy("v1", StrategyName.ROLLING);
        SimulatedClient client = new SimulatedClient(fresh.cluster);
        fresh.service(client, "second").deploy(Shop.version("v2", strategy), Shop.options(true));
        return client.writes().size();
    }

    private void deploy(String version, StrategyName strategy) {
        somebody().deploy(Shop.version(version, strategy), Shop.options(true));
    }

    private DeployService somebody() {
        return service(new SimulatedClient(cluster), "somebody");
    }

    private DeployService service(SimulatedClient client, String holder) {
        return service(client, cluster.reach(), holder);
    }

    private DeployService service(SimulatedClient client, Reach reach) {
        return service(client, reach, "asking");
    }

    private DeployService service(SimulatedClient client, Reach reach, String holder) {
        return new DeployService(
                client,
                EventSink.none(),
                cluster.pace(),
                reach,
                (deployment, replicaSets, pods) -> Optional.empty(),
                holder);
    }
}
