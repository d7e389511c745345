package dev.relevo.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterError;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LabelSelector;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.Faults.Fault;
import dev.relevo.deploy.release.Marks;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A deployer's connection over which things go wrong. It does what the contract of {@link Cluster} says: what can heal is tried
 * again within a bounded time, in the time of the simulated cluster; a write whose answer was lost is read back.
 */
final class FaultyClient implements Cluster {
    private static final Duration BUDGET = Duration.ofSeconds(60);
    /** More calls than any deploy needs: it goes round in circles. */
    private static final int MOST_CALLS = 20_000;

    private final SimulatedClient client;
    private final SimulatedCluster cluster;
    private final Faults faults;
    private int calls;

    FaultyClient(SimulatedClient client, SimulatedCluster cluster, Faults faults) {
        this.client = client;
        this.cluster = cluster;
        this.faults = faults;
    }

    private interface ReadBack<T> {
        /**
         * What a repeated write answers.
         *
         * @param first what the first, unheard answer was
         */
        T after(T first);
    }

    private <T> T read(String what, Supplier<T> effect) {
        return call(what, false, effect, first -> effect.get());
    }

    private <T> T call(String what, boolean write, Supplier<T> effect, ReadBack<T> again) {
        if (++calls > MOST_CALLS) {
            throw new AssertionError("More than " + MOST_CALLS + " calls, now to " + what);
        }
        Duration began = cluster.pace().elapsed();
        Optional<T> unheard = Optional.empty();
        while (true) {
            if (faults.partitioned()) {
                spend(began, faults.untilThrough(), what);
                continue;
            }
            Fault fault = faults.ofCall(write);
            if (fault == Fault.CONFLICT && unheard.isEmpty()) {
                throw new ClusterRefusal.Conflict("Cannot " + what + ": the object has been modified");
            } else if (fault == Fault.NONE || fault == Fault.CONFLICT) {
                return unheard.isPresent() ? again.after(unheard.get()) : effect.get();
            } else if (fault == Fault.UNHEARD && unheard.isEmpty()) {
                unheard = Optional.of(effect.get());
            }
            spend(began, fault == Fault.PARTITION ? faults.untilThrough() : faults.pause(), what);
        }
    }

    /** Lets time pass until the next attempt, as far as one call may take. */
    private void spend(Duration began, Duration pause, String what) {
        Duration left = BUDGET.minus(cluster.pace().elapsed().minus(began));
        // What is asked while time passes, as by who renews the lock, does not hold it up.
        boolean waits = !cluster.passing() && pause.compareTo(left) <= 0;
        if (!cluster.passing()) {
            cluster.pass(waits ? pause : left);
        }
        if (!waits) {
            throw unreachable(what);
        }
    }

    private static RelevoException unreachable(String what) {
        return Problem.of(ClusterError.UNREACHABLE, "The API server does not answer")
                .detail("While: " + what)
                .asException();
    }

    /** As it is now, if nobody else has written it since. */
    private ReadBack<KubeObject> readingBack(String what) {
        return first -> client.get(first.ref())
                .filter(live -> written(live).equals(written(first)))
                .orElseThrow(() -> new ClusterRefusal.Conflict("Cannot " + what + ": it was changed meanwhile"));
    }

    private static ObjectNode written(KubeObject object) {
        ObjectNode tree = object.tree();
        tree.remove("status");
        Marks.child(tree, "metadata").remove("resourceVersion");
        return tree;
    }

    private KubeObject write(String what, Supplier<KubeObject> effect) {
        return call(what, true, effect, readingBack(what));
    }

    @Override
    public Optional<KubeObject> get(ObjectRef ref) {
        return read("get " + ref, () -> client.get(ref));
    }

    @Override
    public Listing list(Kind kind, String namespace, Map<String, String> labels) {
        return read("list " + kind, () -> client.list(kind, namespace, labels));
    }

    @Override
    public KubeObject create(KubeObject object) {
        return write("create " + object.ref(), () -> client.create(object));
    }

    @Override
    public KubeObject apply(KubeObject desired, ApplyOptions options) {
        return write("apply " + desired.ref(), () -> client.apply(desired, options));
    }

    @Override
    public KubeObject replace(KubeObject object) {
        return write("replace " + object.ref(), () -> client.replace(object));
    }

    @Override
    public KubeObject merge(ObjectRef ref, ObjectNode patch) {
        return write("patch " + ref, () -> client.merge(ref, patch));
    }

    @Override
    public Deletion delete(ObjectRef ref, DeleteOptions options) {
        return call("delete " + ref, true, () -> client.delete(ref, options), first -> first);
    }

    @Override
    public Watching watch(
            Kind kind, String namespace, Map<String, String> labels, Consumer<Map<String, KubeObject>> onChange) {
        return read("watch " + kind, () -> client.watch(kind, namespace, labels, new Stream(onChange)));
    }

    @Override
    public Watching follow(
            Kind kind, String namespace, LabelSelector labels, Consumer<Map<String, KubeObject>> onChange) {
        return read("watch " + kind, () -> client.follow(kind, namespace, labels, new Stream(onChange)));
    }

    /** What comes through a watch. */
    private final class Stream implements Consumer<Map<String, KubeObject>> {
        private final Consumer<Map<String, KubeObject>> onChange;
        private boolean opened;
        private Duration quietUntil = Duration.ZERO;

        Stream(Consumer<Map<String, KubeObject>> onChange) {
            this.onChange = onChange;
        }

        @Override
        public void accept(Map<String, KubeObject> now) {
            boolean first = !opened;
            opened = true;
            Duration elapsed = cluster.pace().elapsed();
            if (!first && (faults.partitioned() || elapsed.compareTo(quietUntil) < 0)) {
                return;
            }
            onChange.accept(now);
            quietUntil = elapsed.plus(faults.quiet());
        }
    }

    @Override
    public List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
        return read("read the log of " + pod, () -> client.logs(pod, container, previous, lines));
    }

    @Override
    public ProxyAnswer proxy(ObjectRef target, String port, ProxyRequest request) {
        return client.proxy(target, port, request);
    }

    @Override
    public boolean serves(Kind kind) {
        return read("discover " + kind, () -> client.serves(kind));
    }

    @Override
    public String version() {
        return read("ask for the version", client::version);
    }

    @Override
    public String address() {
        return client.address();
    }

    @Override
    public void close() {
        client.close();
    }
}
