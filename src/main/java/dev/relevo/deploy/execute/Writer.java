package dev.relevo.deploy.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Cluster.ApplyOptions;
import dev.relevo.cluster.Cluster.DeleteOptions;
import dev.relevo.cluster.Cluster.Deletion;
import dev.relevo.cluster.Cluster.Propagation;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.Rollout;
import dev.relevo.deploy.lock.Fence;
import dev.relevo.deploy.release.Marks;
import dev.relevo.report.RelevoException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The only way to write. Every write begins with the object as it was last seen, then makes sure that the lock is held, then
 * writes with the seen resourceVersion as its precondition: what somebody else wrote in between, a later holder of the lock
 * say, is never overwritten unseen. A conflict reads again and decides again. What was not there can only be made, and is
 * taken back if the lock was lost by then.
 */
public final class Writer {
    /** Status updates of a busy object conflict too; more than this in a row is not chance. */
    private static final int ATTEMPTS = 12;
    /**
     * A resourceVersion that no object has. The API server ignores it when it creates what is applied, and refuses to apply it
     * over an object that is there (generic registry store of Kubernetes; seen with 1.34).
     */
    private static final String OF_NONE = "1";

    private final Cluster cluster;
    private final Fence fence;
    private final Map<ObjectRef, Optional<KubeObject>> seen = new HashMap<>();
    private final Map<ObjectRef, KubeObject> written = new HashMap<>();
    private final Map<ObjectRef, KubeObject> changed = new HashMap<>();
    private final Set<ObjectRef> deleted = new HashSet<>();
    private int changes;

    public Writer(Cluster cluster, Fence fence) {
        this.cluster = cluster;
        this.fence = fence;
    }

    /** How many writes changed something. */
    int changes() {
        return changes;
    }

    /** An object that was just read, so that the next write of it need not read it again. */
    void saw(KubeObject live) {
        seen.put(live.ref(), Optional.of(live));
    }

    /** There is no such object, as far as was looked; a write finds out if there is. */
    void sawNothing(ObjectRef ref) {
        seen.put(ref, Optional.empty());
    }

    /** The object now; the next write of it begins with this. */
    Optional<KubeObject> look(ObjectRef ref) {
        Optional<KubeObject> live = read(ref);
        seen.put(ref, live);
        return live;
    }

    /** The object as the last write of it left it. */
    Optional<KubeObject> written(ObjectRef ref) {
        return Optional.ofNullable(written.get(ref));
    }

    /** The object as the last write left it that changed anything. */
    Optional<KubeObject> changed(ObjectRef ref) {
        return Optional.ofNullable(changed.get(ref));
    }

    /** Whether the API server said that the object is gone when it was deleted here, and nothing was made in its place. */
    boolean deleted(ObjectRef ref) {
        return deleted.contains(ref);
    }

    /** Server-side apply of the object as it is. */
    public KubeObject apply(KubeObject desired) {
        return apply(desired.ref(), live -> desired);
    }

    /** Server-side apply of what follows from the live object. */
    KubeObject apply(ObjectRef ref, Function<Optional<KubeObject>, KubeObject> desired) {
        return attempt(() -> {
            Optional<KubeObject> live = read(ref);
            KubeObject wanted = desired.apply(live);
            fence.check();
            KubeObject result = cluster.apply(
                    live.map(now -> preconditioned(Marks.over(now, wanted), now))
                            .orElseGet(() -> wanted.with(
                                    tree -> Marks.child(tree, "metadata").put("resourceVersion", OF_NONE))),
                    ApplyOptions.FORCE);
            if (live.isEmpty()) {
                requireInTime(result);
            }
            return done(live, result);
        });
    }

    /**
     * Creates an object.
     *
     * @throws ClusterRefusal.Conflict when it is there already
     */
    KubeObject create(KubeObject object) {
        fence.check();
        KubeObject result = cluster.create(object);
        requireInTime(result);
        return done(Optional.empty(), result);
    }

    /** Replaces a live object by a changed one; nothing happens when it is not there or stays the same. */
    Optional<KubeObject> replace(ObjectRef ref, UnaryOperator<KubeObject> change) {
        return attempt(() -> {
            Optional<KubeObject> live = cluster.get(ref);
            if (live.isEmpty()) {
                return live;
            }
            KubeObject changed = change.apply(live.get());
            if (changed.equals(live.get())) {
                return live;
            }
            fence.check();
            return Optional.of(done(live, cluster.replace(changed)));
        });
    }

    /** Merges what follows from the live object into it; returns the live object, empty when it is not there. */
    Optional<KubeObject> merge(ObjectRef ref, Function<KubeObject, Optional<ObjectNode>> patch) {
        return attempt(() -> {
            boolean fromMemory = seen.containsKey(ref);
            Optional<KubeObject> live = read(ref);
            Optional<ObjectNode> wanted = live.flatMap(patch);
            if (wanted.isEmpty() && fromMemory) {
                // Nothing is written that would show whether it still is so.
                live = cluster.get(ref);
                wanted = live.flatMap(patch);
            }
            if (wanted.isEmpty()) {
                return live;
            }
            Marks.child(wanted.get(), "metadata")
                    .put("resourceVersion", live.orElseThrow().resourceVersion());
            fence.check();
            return Optional.of(done(live, cluster.merge(ref, wanted.get())));
        });
    }

    /** Deletes the object with this UID; one that is gone, or another of that name, is no error. */
    void delete(ObjectRef ref, String uid) {
        delete(ref, live -> uid.equals(live.uid()));
    }

    /**
     * Deletes the object if it is the one that is meant, as it was when that was found out: who took the lock since may have
     * another use for it.
     */
    void delete(ObjectRef ref, Predicate<KubeObject> meant) {
        Deletion deletion = attempt(() -> {
            Optional<KubeObject> live = read(ref).filter(meant);
            if (live.isEmpty()) {
                return Deletion.NOTHING;
            }
            fence.check();
            return cluster.delete(ref, asSeen(live.get()));
        });
        if (deletion != Deletion.NOTHING) {
            changes++;
        }
        if (deletion == Deletion.DONE) {
            deleted.add(ref);
            sawNothing(ref);
        }
    }

    private Optional<KubeObject> read(ObjectRef ref) {
        // Remembered for one use: whoever was refused because it has changed reads it.
        Optional<KubeObject> remembered = seen.remove(ref);
        return remembered == null ? cluster.get(ref) : remembered;
    }

    private KubeObject done(Optional<KubeObject> before, KubeObject after) {
        if (before.isEmpty() || !before.get().resourceVersion().equals(after.resourceVersion())) {
            changes++;
            changed.put(after.ref(), after);
        }
        written.put(after.ref(), after);
        deleted.remove(after.ref());
        // The status of a workload changes all the while that it is rolled.
        if (!Rollout.KINDS.contains(after.kind())) {
            saw(after);
        }
        return after;
    }

    private void requireInTime(KubeObject made) {
        try {
            fence.check();
        } catch (RelevoException tooLate) {
            try {
                takeBack(made);
            } catch (RelevoException | ClusterRefusal notPossible) {
                tooLate.addSuppressed(notPossible);
            }
            throw tooLate;
        }
    }

    /** Deletes what was made after the lock was lost, unless somebody has taken it over. */
    private void takeBack(KubeObject made) {
        boolean unused = attempt(() -> {
            Optional<KubeObject> live = cluster.get(made.ref())
                    .filter(now -> now.uid().equals(made.uid())
                            && now.generation() == made.generation()
                            && now.labels().equals(made.labels())
                            && now.annotation(Marks.RELEASE).equals(made.annotation(Marks.RELEASE)));
            return live.isPresent() && cluster.delete(made.ref(), asSeen(live.get())) != Deletion.NOTHING;
        });
    }

    private static DeleteOptions asSeen(KubeObject live) {
        return new DeleteOptions(Optional.of(live.uid()), Optional.of(live.resourceVersion()), Propagation.BACKGROUND);
    }

    private static KubeObject preconditioned(KubeObject wanted, KubeObject live) {
        return wanted.with(tree ->
                Marks.child(tree, "metadata").put("uid", live.uid()).put("resourceVersion", live.resourceVersion()));
    }

    private static <T> T attempt(Supplier<T> write) {
        for (int attempt = 1; ; attempt++) {
            try {
                return write.get();
            } catch (ClusterRefusal.Conflict conflict) {
                if (attempt == ATTEMPTS) {
                    throw conflict;
                }
            }
        }
    }
}
