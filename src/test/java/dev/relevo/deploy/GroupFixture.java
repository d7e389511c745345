package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Life;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.List;

/** A group whose members are the same app in two clusters, and what is said of it. */
abstract class GroupFixture {
    static final DeployOptions OPTIONS = Shop.options(true);

    static final String BROKEN = "registry.example/shop:v2";

    final TwoClusters clusters = new TwoClusters();

    final Life life = new Life();

    final List<DeployOutcome> deploy(String version, StrategyName strategy) {
        return clusters.group(version, strategy, OPTIONS, life).deploy();
    }

    final List<ReleaseRecord> history(SimulatedCluster cluster) {
        return clusters.service(cluster, new Life()).history(Shop.APP);
    }

    final List<String> statuses(SimulatedCluster cluster) {
        return history(cluster).stream()
                .map(record -> record.number() + " " + record.status().word())
                .toList();
    }

    /** The writes without the namespace. */
    final List<String> brief() {
        return life.writes().stream().map(write -> write.replace(" in dev", "")).toList();
    }

    /** The writes that bring pods up or down or move traffic. */
    final List<String> moves() {
        return brief().stream()
                .filter(write -> write.contains(" Deployment/") || write.endsWith(" Service/shop"))
                .toList();
    }

    final void assertSteady(String version) {
        ReleaseSpec spec = Shop.version(version, StrategyName.BLUE_GREEN);
        clusters.pass(Duration.ofSeconds(8));
        clusters.all().forEach(cluster -> Steady.holds(cluster, spec, clusters.name(cluster)));
    }

    final void assertNobodyNoticed() {
        for (SimulatedCluster cluster : clusters.all()) {
            assertThat(cluster.sightings().outages()).as(clusters.name(cluster)).isEmpty();
            assertThat(cluster.sightings().mixtures())
                    .as(clusters.name(cluster))
                    .isEmpty();
        }
    }

    static RelevoException failing(Runnable work) {
        return catchThrowableOfType(RelevoException.class, work::run);
    }
}
