package dev.relevo.deploy.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterError;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.Shop;
import dev.relevo.deploy.SimulatedClient;
import dev.relevo.deploy.SimulatedCluster;
import dev.relevo.deploy.execute.Writer;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LockTest {
    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<Event> events = new ArrayList<>();

    @Test
    void whoComesSecondIsRefusedAtOnceWhenItDoesNotWaitAndIsToldWhoHoldsTheLock() throws Exception {
        acquire("first", Duration.ZERO);

        assertThatThrownBy(() -> acquire("second", Duration.ZERO)).isInstanceOfSatisfying(RelevoException.class, e -> {
            assertThat(e.problem().code()).isEqualTo(DeployError.LOCKED);
            assertThat(e.problem().code().exit().number()).isEqualTo(10);
            assertThat(e.problem().summary()).contains("held by first since 2026-01-01T01:00:00");
        });
    }

    @Test
    void aLockThatIsGivenBackIsTakenAtOnceWithTheNextEpoch() throws Exception {
        Lock first = acquire("first", Duration.ZERO);
        first.close();

        Lock second = acquire("second", Duration.ZERO);

        assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
    }

    @Test
    void theLockOfAHolderThatDiedIsTakenOverAfterItsLease() throws Exception {
        acquire("dead", Duration.ZERO);
        Duration began = cluster.pace().elapsed();

        Lock second = acquire("second", Duration.ofMinutes(1));

        assertThat(cluster.pace().elapsed().minus(began)).isBetween(Duration.ofSeconds(14), Duration.ofSeconds(20));
        second.check();
        assertThat(events).singleElement().asString().contains("Waiting").contains("held by dead");
    }

    @Test
    void aHolderThatRenewsKeepsTheLockForAsLongAsItLikes() throws Exception {
        Lock first = acquire("first", Duration.ZERO);
        cluster.onEveryStep(first::keep);

        assertThatThrownBy(() -> acquire("second", Duration.ofSeconds(100))).hasMessageContaining("held by first");
        first.check();
    }

    @Test
    void aHolderThatSleptTooLongWritesNothingMoreEvenBeforeSomebodyElseTookTheLock() throws Exception {
        Lock zombie = acquire("zombie", Duration.ZERO);
        acquire("second", Duration.ofMinutes(1));

        assertThatThrownBy(zombie::check).hasMessageContaining("RLV-704");
        zombie.close();
        assertThat(Lock.held(new SimulatedClient(cluster), Shop.APP)
                        .map(Lock::holderOf)
                        .orElseThrow())
                .contains("held by second");
    }

    @Test
    void aWriteOfAZombieBetweenItsCheckAndTheClusterDoesNotOverwriteWhatCameSince() throws Exception {
        Lock zombie = acquire("zombie", Duration.ZERO);
        ObjectRef ref = new ObjectRef(Kind.CONFIG_MAP, "dev", "x");
        KubeObject first = cluster.store().create(KubeObject.named(ref).withLabel("by", "zombie"));
        Writer writer = new Writer(new SimulatedClient(cluster), new Fence() {
            private boolean stopped;

            @Override
            public void check() {
                if (stopped) {
                    zombie.check();
                    return;
                }
                stopped = true;
                zombie.check();
                // Right after the check the process stops for a while; somebody else takes over and writes.
                cluster.pass(Duration.ofSeconds(20));
                takeOver();
                cluster.store().update(first.withLabel("by", "second"));
            }

            @Override
            public void keep() {}
        });

        assertThatThrownBy(() -> writer.apply(KubeObject.named(ref).withLabel("by", "zombie")))
                .hasMessageContaining("RLV-704");
        assertThat(cluster.store().get(ref).orElseThrow().labels()).containsEntry("by", "second");
    }

    @Test
    void aRenewalThatFailsHalfwayIsMadeUpForByTheNext() throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        Lock lock = acquire(unreachable(away), "first", Duration.ZERO);

        away.set(true);
        cluster.pass(Duration.ofSeconds(8));
        lock.keep();
        away.set(false);
        lock.keep();
        cluster.pass(Duration.ofSeconds(8));

        lock.check();
        assertThatThrownBy(() -> acquire("second", Duration.ZERO)).hasMessageContaining("held by first");
    }

    /** A cluster that says, while it is away, that the Lease was changed, and then nothing more. */
    private Cluster unreachable(AtomicBoolean away) {
        SimulatedClient client = new SimulatedClient(cluster);
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (away.get() && method.getName().equals("replace")) {
                throw new ClusterRefusal.Conflict("changed");
            }
            if (away.get()) {
                throw Problem.of(ClusterError.UNREACHABLE, "The cluster is away")
                        .asException();
            }
            return method.invoke(client, arguments);
        };
        return (Cluster)
                Proxy.newProxyInstance(LockTest.class.getClassLoader(), new Class<?>[] {Cluster.class}, handler);
    }

    private void takeOver() {
        try {
            acquire("second", Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Lock acquire(String holder, Duration patience) throws InterruptedException {
        return acquire(new SimulatedClient(cluster), holder, patience);
    }

    private Lock acquire(Cluster client, String holder, Duration patience) throws InterruptedException {
        EventSink sink = events::add;
        return Lock.acquire(
                client,
                new Lock.Request(
                        "shop", "dev", holder, Duration.ofSeconds(15), patience, Optional.of(Ticket.OF_A_DEPLOY)),
                cluster.pace(),
                sink);
    }
}
