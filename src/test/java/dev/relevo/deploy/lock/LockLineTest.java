package dev.relevo.deploy.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.Crowd;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.Shop;
import dev.relevo.deploy.SimulatedClient;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.SimulatedCluster;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Those who wait for an app's lock, each in a thread of its own. */
@Timeout(60)
class LockLineTest {
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final Crowd crowd = new Crowd(cluster);
    private final List<Crowd.Member<?>> members = new ArrayList<>();
    private final List<String> story = Collections.synchronizedList(new ArrayList<>());
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @Test
    void whoCameFirstGetsTheLockFirst() throws Exception {
        holder("holder", 60);
        for (int i = 1; i <= 9; i++) {
            waiter("waiter-" + i, i, Ticket.OF_A_DEPLOY);
        }

        crowd.run(members);

        assertThat(story).hasSize(20);
        for (int i = 0; i < 10; i++) {
            String who = i == 0 ? "holder" : "waiter-" + i;
            assertThat(story.subList(2 * i, 2 * i + 2)).containsExactly(who + " in", who + " out");
        }
        assertThat(told)
                .contains("waiter-3: Waiting up to 3600 s for the lock of [shop]: held by holder since "
                        + "2026-01-01T01:00:00.000000Z; 2 wait before this one: waiter-1, waiter-2")
                .anyMatch(line -> line.matches("waiter-3: Still waiting for the lock of \\[shop\\]: held by waiter-1 "
                        + "since .*; 1 waits before this one: waiter-2"))
                .anyMatch(line -> line.matches("waiter-3: Still waiting for the lock of \\[shop\\]: held by waiter-2 "
                        + "since .*; this one is next"));
    }

    @Test
    void whoDiesWhileItWaitsHoldsTheOthersUpForOneLeaseAtMost() throws Exception {
        holder("holder", 10);
        SimulatedClient mortal = new SimulatedClient(cluster);
        member("mortal", 1, mortal, Ticket.OF_A_DEPLOY);
        member("its end", () -> {
            crowd.pace().await(Duration.ofSeconds(9));
            mortal.close();
            return "";
        });
        Crowd.Member<?> second = waiter("second", 2, Ticket.OF_A_DEPLOY);
        Duration began = cluster.pace().elapsed();

        crowd.run(members);

        assertThat(story)
                .contains("mortal died")
                .filteredOn(line -> !line.startsWith("mortal"))
                .containsExactly("holder in", "holder out", "second in", "second out");
        assertThat(((Duration) second.get()).minus(began)).isLessThanOrEqualTo(Duration.ofSeconds(9 + 15 + 5));
    }

    @Test
    void aDeadHolderAndADeadFirstInLineAreWaitedForAtTheSameTime() throws Exception {
        SimulatedClient dead = new SimulatedClient(cluster);
        Lock unused = Lock.acquire(dead, request("dead", Ticket.OF_A_DEPLOY), cluster.pace(), event -> {});
        SimulatedClient mortal = new SimulatedClient(cluster);
        member("mortal", 1, mortal, Ticket.OF_A_DEPLOY);
        member("its end", () -> {
            crowd.pace().await(Duration.ofSeconds(3));
            mortal.close();
            return "";
        });
        Crowd.Member<?> second = waiter("second", 4, Ticket.OF_A_DEPLOY);
        Duration began = cluster.pace().elapsed();

        crowd.run(members);

        assertThat(story).containsExactly("mortal died", "second in", "second out");
        assertThat(((Duration) second.get()).minus(began)).isLessThanOrEqualTo(Duration.ofSeconds(4 + 15 + 5));
    }

    @Test
    void whoIsStoppedWhileItWaitsLeavesTheLineAtOnce() throws Exception {
        holder("holder", 20);
        Crowd.Member<?> stopped = waiter("stopped", 1, Ticket.OF_A_DEPLOY);
        waiter("second", 2, Ticket.OF_A_DEPLOY);
        member("stop", () -> {
            crowd.pace().await(Duration.ofSeconds(5));
            stopped.interrupt();
            crowd.pace().await(Duration.ofSeconds(2));
            story.add("waiting: " + line());
            return "";
        });

        crowd.run(members);

        assertThat(story)
                .containsExactly(
                        "holder in", "stopped stopped", "waiting: [second]", "holder out", "second in", "second out");
    }

    @Test
    void anOlderBuildGivesWayToANewerOneInWhateverOrderTheyCame() throws Exception {
        holder("holder", 20);
        waiter("build-42", 1, counted(42, true));
        waiter("build-43", 3, counted(43, true));
        waiter("build-41", 5, counted(41, true));

        crowd.run(members);

        assertThat(story)
                .filteredOn(line -> !line.contains("holder"))
                .containsExactly(
                        "build-42: RLV-741: This deploy of [shop] is superseded by build-43 (build 43) since "
                                + "2026-01-01T01:00:03Z",
                        "build-41: RLV-741: This deploy of [shop] is superseded by build-43 (build 43) since "
                                + "2026-01-01T01:00:03Z",
                        "build-43 in",
                        "build-43 out");
    }

    @Test
    void withoutNumbersWhoeverComesLaterIsNewer() throws Exception {
        holder("holder", 20);
        Ticket givesWay = new Ticket(Optional.empty(), true, true);
        waiter("first", 1, givesWay);
        waiter("second", 3, givesWay);

        crowd.run(members);

        assertThat(story)
                .filteredOn(line -> !line.contains("holder"))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("first: RLV-741").contains("superseded by second since"),
                        line -> assertThat(line).isEqualTo("second in"),
                        line -> assertThat(line).isEqualTo("second out"));
    }

    @Test
    void aBuildThatIsOlderThanTheOneThatDeploysGivesWay() throws Exception {
        member("build-50", 0, new SimulatedClient(cluster), counted(50, true));
        waiter("build-49", 2, counted(49, true));

        crowd.run(members);

        assertThat(story)
                .contains("build-50 in", "build-50 out")
                .anySatisfy(
                        line -> assertThat(line)
                                .startsWith(
                                        "build-49: RLV-741: This deploy of [shop] is superseded by build 50, held by build-50"));
    }

    @Test
    void whoDoesNotGiveWayWaitsAndARollbackMakesNobodySuperfluous() throws Exception {
        holder("holder", 20);
        waiter("waits", 1, counted(1, false));
        waiter("gives way", 2, counted(2, true));
        waiter("rollback", 3, Ticket.PLAIN);

        crowd.run(members);

        assertThat(story)
                .filteredOn(line -> line.endsWith(" in"))
                .containsExactly("holder in", "waits in", "gives way in", "rollback in");
    }

    @Test
    void whoDoesNotWaitIsRefusedWhileOthersWaitForAFreeLock() throws Exception {
        Lock first = Lock.acquire(client(), request("first", Ticket.OF_A_DEPLOY), cluster.pace(), event -> {});
        cluster.store()
                .replace(new WaitingLine(List.of(new WaitingLine.Waiting(
                                "second", cluster.pace().now(), cluster.pace().now(), Optional.empty(), true)))
                        .writtenOn(first.lease()));
        first.close();

        assertThatThrownBy(this::withoutWaiting)
                .hasMessage("RLV-703: Other deploys of [shop] in [dev] wait for the lock: second since "
                        + "2026-01-01T01:00:00Z");

        cluster.pass(LEASE.multipliedBy(3));
        withoutWaiting().check();
    }

    @Test
    void deploysThatComeAtOnceAreDoneOneAfterTheOther() throws Exception {
        List<String> writers = Collections.synchronizedList(new ArrayList<>());
        for (int i = 1; i <= 6; i++) {
            String name = "deployer-" + i;
            StrategyName strategy = StrategyName.values()[i % 4];
            ReleaseSpec spec = Shop.version("v" + i, strategy, Shop.ROUTE);
            int delay = i;
            member(name, () -> {
                crowd.pace().await(Duration.ofSeconds(delay));
                DeployService service = new DeployService(
                        crowd.through(client(), write -> {
                            if (!write.contains("Lease/")) {
                                writers.add(name);
                            }
                        }),
                        event -> {},
                        crowd.pace(),
                        cluster.reach(),
                        (deployment, replicaSets, pods) -> Optional.empty(),
                        name);
                return service.deploy(spec, patient(Shop.options(true)));
            });
        }

        crowd.run(members);

        for (Crowd.Member<?> member : members) {
            assertThat(((DeployOutcome) member.get()).unchanged()).isFalse();
        }
        List<String> turns = new ArrayList<>();
        writers.forEach(name -> {
            if (turns.isEmpty() || !turns.get(turns.size() - 1).equals(name)) {
                turns.add(name);
            }
        });
        assertThat(turns)
                .containsExactly("deployer-1", "deployer-2", "deployer-3", "deployer-4", "deployer-5", "deployer-6");
        cluster.pass(Duration.ofSeconds(8));
        assertThat(cluster.sightings().images("shop")).containsExactly("registry.example/shop:v6");
    }

    private static DeployOptions patient(DeployOptions plain) {
        return Shop.waiting(plain, PATIENCE);
    }

    private void holder(String name, int seconds) {
        member(name, () -> hold(name, new SimulatedClient(cluster), Ticket.OF_A_DEPLOY, Duration.ofSeconds(seconds)));
    }

    private Crowd.Member<?> waiter(String name, int comesAfter, Ticket ticket) {
        return member(name, comesAfter, new SimulatedClient(cluster), ticket);
    }

    private Crowd.Member<?> member(String name, int comesAfter, SimulatedClient client, Ticket ticket) {
        return member(name, () -> {
            crowd.pace().await(Duration.ofSeconds(comesAfter));
            return hold(name, client, ticket, Duration.ofSeconds(5));
        });
    }

    private Crowd.Member<?> member(String name, Callable<?> work) {
        Crowd.Member<?> member = crowd.member(name, work);
        members.add(member);
        return member;
    }

    /**
     * Gets the lock, keeps it for a while and gives it back.
     *
     * @return when it got it
     */
    private Duration hold(String name, SimulatedClient client, Ticket ticket, Duration time)
            throws InterruptedException {
        try (Lock lock = Lock.acquire(
                        crowd.through(client, write -> {}),
                        request(name, ticket),
                        crowd.pace(),
                        event -> told.add(name + ": " + ((Event.Info) event).text()));
                Pace.Repeating keeper = crowd.pace().every(LEASE.dividedBy(5), lock::keep)) {
            Duration got = crowd.pace().elapsed();
            story.add(name + " in");
            crowd.pace().await(time);
            lock.check();
            story.add(name + " out");
            return got;
        } catch (RelevoException e) {
            story.add(name + ": " + e.getMessage());
        } catch (Killed e) {
            story.add(name + " died");
        } catch (InterruptedException e) {
            story.add(name + " stopped");
        }
        return Duration.ZERO;
    }

    private Lock withoutWaiting() throws InterruptedException {
        return Lock.acquire(
                client(),
                new Lock.Request("shop", "dev", "third", LEASE, Duration.ZERO, Optional.of(Ticket.OF_A_DEPLOY)),
                cluster.pace(),
                event -> {});
    }

    private List<String> line() {
        return Lock.lease(client(), Shop.APP)
                .map(lease -> WaitingLine.on(lease).all().stream()
                        .map(WaitingLine.Waiting::by)
                        .toList())
                .orElse(List.of());
    }

    private SimulatedClient client() {
        return new SimulatedClient(cluster);
    }

    private static Ticket counted(long build, boolean givesWay) {
        return new Ticket(Optional.of(build), true, givesWay);
    }

    private static Lock.Request request(String holder, Ticket ticket) {
        return new Lock.Request("shop", "dev", holder, LEASE, PATIENCE, Optional.of(ticket));
    }
}
