package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.release.Workload;
import dev.relevo.soak.Soak;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An autoscaler changes its mind all the while that releases are deployed: nobody but itself takes pods away from it. */
class AutoscalerTest {
    private static final ObjectRef SHOP = new ObjectRef(Kind.DEPLOYMENT, "dev", "shop");
    private static final ObjectRef CANDIDATE = new ObjectRef(Kind.DEPLOYMENT, "dev", "shop-candidate");
    private static final ObjectRef SERVICE = new ObjectRef(Kind.SERVICE, "dev", "shop");
    private static final int DEPLOYS_OF_A_LIFE = 6;

    private int deploys;
    private int asks;

    /** In the cluster's time; the slowest requests here take half of it. */
    private static final Duration SOON = Duration.ofSeconds(2);

    @Test
    void replicasAreNeverFewerThanTheAutoscalerAskedFor() {
        Soak.seeds(30).forEach(this::live);
        Soak.figure("autoscaler", "%d deploys while an autoscaler asked %d times, never fewer pods", deploys, asks);
    }

    private void live(long seed) {
        Random random = new Random(seed);
        SimulatedCluster cluster = new SimulatedCluster();
        String story = Soak.replay("autoscaler", seed);
        deploy(cluster, "v0", StrategyName.ROLLING, story);
        Actor actor = new Actor(cluster, random);
        cluster.onEveryStep(actor::act);
        for (int i = 1; i <= DEPLOYS_OF_A_LIFE; i++) {
            StrategyName strategy = StrategyName.values()[random.nextInt(StrategyName.values().length)];
            deploy(cluster, "v" + i, strategy, story + ", " + strategy);
            assertThat(actor.robbed).as(story + ", " + strategy).isEmpty();
            deploys++;
        }
        asks += actor.asks;
    }

    private static void deploy(SimulatedCluster cluster, String version, StrategyName strategy, String story) {
        DeployOutcome outcome = cluster.deployer(new SimulatedClient(cluster).slow(true))
                .deploy(Shop.version(version, strategy, Shop.SCALER), Shop.options(false));
        assertThat(outcome.replicas()).as(story).isPositive();
    }

    /** Sets the number of pods as a HorizontalPodAutoscaler does, and notes who else makes it smaller. */
    private static final class Actor {
        private final SimulatedCluster cluster;
        private final Random random;
        private final List<String> robbed = new ArrayList<>();
        private int asked;
        /** What was asked for before this moment, which the deployer can know of. */
        private int atLast;

        private int asks;
        private Duration next = Duration.ZERO;
        private boolean onCandidate;
        private int due;
        private Duration dueUntil = Duration.ZERO;

        Actor(SimulatedCluster cluster, Random random) {
            this.cluster = cluster;
            this.random = random;
        }

        void act() {
            Optional<KubeObject> live = cluster.store().get(SHOP);
            live.map(Workload::new)
                    .filter(workload -> workload.desired() < asked)
                    .ifPresent(workload -> robbed.add("asked for " + asked + ", has " + workload.desired()));
            lookAtTheSwitch();
            if (live.isPresent() && cluster.pace().elapsed().compareTo(next) >= 0) {
                asked = 2 + random.nextInt(8);
                asks++;
                cluster.scaleLikeAnAutoscaler("shop", asked);
                next = cluster.pace().elapsed().plusMillis(500 + random.nextInt(15_000));
            }
        }

        /**
         * Who takes the traffic over has as many pods as were asked for until then. What was asked between the deployer's last look
         * and the switch, which are two requests, it gets at once, unless the autoscaler has thought better of it.
         */
        private void lookAtTheSwitch() {
            boolean now =
                    cluster.store().get(SERVICE).filter(Observed::onCandidate).isPresent();
            if (now && !onCandidate) {
                due = atLast;
                dueUntil = cluster.pace().elapsed().plus(SOON);
            }
            onCandidate = now;
            atLast = asked;
            int pods = cluster.store()
                    .get(CANDIDATE)
                    .map(live -> new Workload(live).desired())
                    .orElse(0);
            if (pods >= Math.min(due, asked) || !now) {
                due = 0;
            } else if (cluster.pace().elapsed().compareTo(dueUntil) > 0) {
                robbed.add("the candidate took over with " + pods + " pods, asked for were " + due);
            }
        }
    }
}
