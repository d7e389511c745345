package dev.relevo.deploy;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Life;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.verify.Reach;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An app in two clusters whose time passes together; its releases are handed over as a group, east before west. */
final class TwoClusters {
    private final SimulatedCluster east = new SimulatedCluster();
    private final SimulatedCluster west = new SimulatedCluster();
    private final List<Event> events = new ArrayList<>();
    private EventSink watching = event -> {};
    private Optional<Reach> westReach = Optional.empty();

    SimulatedCluster east() {
        return east;
    }

    SimulatedCluster west() {
        return west;
    }

    List<SimulatedCluster> all() {
        return List.of(east, west);
    }

    List<Event> events() {
        return events;
    }

    /** Somebody sees every event, and may throw. */
    TwoClusters watching(EventSink sink) {
        watching = sink;
        return this;
    }

    /** The app in the west is reached in this way. */
    TwoClusters reachingWest(Reach reach) {
        westReach = Optional.of(reach);
        return this;
    }

    /** Time in both. */
    Pace pace() {
        Pace inEast = east.pace();
        Pace inWest = west.pace();
        return new Pace() {
            @Override
            public Instant now() {
                return inEast.now();
            }

            @Override
            public Duration elapsed() {
                return inEast.elapsed();
            }

            @Override
            public void await(Duration atMost) throws InterruptedException {
                inEast.await(atMost);
                inWest.await(atMost);
            }

            @Override
            public Repeating every(Duration period, Runnable task) {
                return inEast.every(period, task);
            }

            @Override
            public void wake() {
                // Nobody sleeps here.
            }
        };
    }

    void pass(Duration time) {
        east.pass(time);
        west.pass(time);
    }

    /**
     * A deployer of one of the clusters.
     *
     * @param life the process that it runs in
     */
    DeployService service(SimulatedCluster cluster, Life life) {
        SimulatedClient client = new SimulatedClient(cluster, life).at(name(cluster));
        Reach reach = cluster == west ? westReach.orElseGet(west::reach) : east.reach();
        return new DeployService(
                client,
                this::tell,
                pace(),
                reach,
                (deployment, replicaSets, pods) -> Optional.empty(),
                "deployer-" + System.identityHashCode(life));
    }

    private void tell(Event event) {
        events.add(event);
        watching.emit(event);
    }

    String name(SimulatedCluster cluster) {
        return cluster == east ? "east" : "west";
    }

    GroupDeploy.Member member(SimulatedCluster cluster, ReleaseSpec spec, DeployOptions options, Life life) {
        return new GroupDeploy.Member(name(cluster), service(cluster, life), spec, options);
    }

    /** Both members deploy this version. */
    GroupDeploy group(String version, StrategyName strategy, DeployOptions options, Life life, String... extras) {
        ReleaseSpec spec = Shop.version(version, strategy, extras);
        return group(member(east, spec, options, life), member(west, spec, options, life));
    }

    GroupDeploy group(GroupDeploy.Member... members) {
        return new GroupDeploy("regions", List.of(members), this::tell, pace());
    }

    /** The first release, in each on its own. */
    TwoClusters serving(String version, String... extras) {
        ReleaseSpec first = Shop.version(version, StrategyName.ROLLING, extras);
        service(east, new Life()).deploy(first, Shop.options(false));
        service(west, new Life()).deploy(first, Shop.options(false));
        events.clear();
        return this;
    }
}
