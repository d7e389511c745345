package dev.relevo.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterError;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LabelSelector;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.report.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One deployer's connection to a simulated cluster; it can be made to die at any write. */
public final class SimulatedClient implements Cluster {
    private final SimulatedCluster cluster;
    private final SimulatedStore store;
    private final List<String> writes = new ArrayList<>();
    private final List<ObjectRef> written = new ArrayList<>();
    private Runnable meanwhile = () -> {};
    private int sleepsAt = Integer.MAX_VALUE;
    private int awake;
    private boolean asleep;
    private final Life life;
    private String address = "simulated";
    private boolean slow;
    private Optional<Kind> unwatched = Optional.empty();
    private BiFunction<String, Boolean, List<String>> logs = (container, previous) -> List.of();

    /** The process that it belongs to, which may have other connections too. */
    static final class Life {
        private final List<String> writes = new ArrayList<>();
        private int diesAt = Integer.MAX_VALUE;
        private boolean afterWriting;
        private boolean dead;

        /**
         * Dies at this write.
         *
         * @param number counted from 1
         * @param after whether the write still reaches the cluster
         */
        Life dyingAt(int number, boolean after) {
            diesAt = number;
            afterWriting = after;
            return this;
        }

        /** What was written over all its connections, in order, each with the cluster's address. */
        List<String> writes() {
            return writes;
        }
    }

    public SimulatedClient(SimulatedCluster cluster) {
        this(cluster, new Life());
    }

    SimulatedClient(SimulatedCluster cluster, Life life) {
        this.life = life;
        this.cluster = cluster;
        this.store = cluster.store();
    }

    /** The process is gone: nothing of it runs any more. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Dies at this write.
     *
     * @param number counted from 1
     * @param after whether the write still reaches the cluster
     */
    public SimulatedClient dyingAt(int number, boolean after) {
        Life unused = life.dyingAt(number, after);
        return this;
    }

    /** Its cluster is found at this address. */
    SimulatedClient at(String where) {
        address = where;
        return this;
    }

    /**
     * Stands still for a while right before this write reaches the cluster, as a paused process or a request that is long on its
     * way.
     *
     * @param number counted from 1, without those that are made beside the work
     * @param what happens meanwhile
     */
    SimulatedClient sleepingAt(int number, Runnable what) {
        sleepsAt = number;
        meanwhile = what;
        return this;
    }

    /** Watching objects of this kind is forbidden. */
    SimulatedClient withoutWatching(Kind kind) {
        unwatched = Optional.of(kind);
        return this;
    }

    /**
     * What containers have printed.
     *
     * @param printed lines by container, now and before its last restart
     */
    SimulatedClient printing(BiFunction<String, Boolean, List<String>> printed) {
        logs = printed;
        return this;
    }

    /** Every write takes so long that the cluster goes on meanwhile. */
    SimulatedClient slow(boolean isSlow) {
        slow = isSlow;
        return this;
    }

    /** What was written, in order. */
    List<String> writes() {
        return writes;
    }

    /** Which objects were written, in order, without what the cluster refused. */
    List<ObjectRef> written() {
        return written;
    }

    private <T> T write(String verb, ObjectRef ref, Supplier<T> effect) {
        alive();
        writes.add(verb + " " + ref);
        life.writes.add(address + ": " + verb + " " + ref);
        if (!cluster.passing() && ++awake == sleepsAt) {
            asleep = true;
            meanwhile.run();
            asleep = false;
        }
        if (life.writes.size() == life.diesAt) {
            life.dead = true;
            if (!life.afterWriting) {
                throw new Killed();
            }
        }
        T result = effect.get();
        written.add(ref);
        alive();
        if (slow) {
            cluster.passBetweenCalls();
        }
        return result;
    }

    private void alive() {
        if (life.dead) {
            throw new Killed();
        }
        if (asleep) {
            throw Problem.of(ClusterError.UNREACHABLE, "Whoever sleeps calls nobody")
                    .asException();
        }
    }

    @Override
    public Optional<KubeObject> get(ObjectRef ref) {
        alive();
        return store.get(ref);
    }

    @Override
    public Listing list(Kind kind, String namespace, Map<String, String> labels) {
        alive();
        return new Listing(store.version(), store.list(kind, namespace, labels));
    }

    @Override
    public KubeObject create(KubeObject object) {
        return write("create", object.ref(), () -> store.create(object));
    }

    @Override
    public KubeObject apply(KubeObject desired, ApplyOptions options) {
        return options.dryRun() ? desired : write("apply", desired.ref(), () -> store.apply(desired));
    }

    @Override
    public KubeObject replace(KubeObject object) {
        return write("replace", object.ref(), () -> store.replace(object));
    }

    @Override
    public KubeObject merge(ObjectRef ref, ObjectNode patch) {
        return write("merge", ref, () -> store.merge(ref, patch));
    }

    @Override
    public Deletion delete(ObjectRef ref, DeleteOptions options) {
        return write("delete", ref, () -> store.delete(ref, options));
    }

    @Override
    public Watching watch(
            Kind kind, String namespace, Map<String, String> labels, Consumer<Map<String, KubeObject>> onChange) {
        return follow(kind, namespace, LabelSelector.of(labels), onChange);
    }

    @Override
    public Watching follow(
            Kind kind, String namespace, LabelSelector labels, Consumer<Map<String, KubeObject>> onChange) {
        alive();
        if (unwatched.filter(kind::equals).isPresent()) {
            throw new ClusterRefusal.Forbidden("leases is forbidden");
        }
        Runnable tell = () -> {
            Map<String, KubeObject> all = new LinkedHashMap<>();
            store.list(kind, namespace, labels).forEach(object -> all.put(object.name(), object));
            onChange.accept(all);
        };
        tell.run();
        cluster.onEveryStep(tell);
        return () -> cluster.noMore(tell);
    }

    @Override
    public List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
        return logs.apply(container, previous);
    }

    @Override
    public ProxyAnswer proxy(ObjectRef target, String port, ProxyRequest request) {
        throw new IllegalStateException("Requests go through the simulated cluster's own reach");
    }

    @Override
    public boolean serves(Kind kind) {
        return true;
    }

    @Override
    public String version() {
        return "v1.34.0";
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void close() {
        life.dead = true;
    }
}
