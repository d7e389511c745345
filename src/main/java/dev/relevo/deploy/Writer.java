package dev.relevo.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Cluster.ApplyOptions;
import dev.relevo.cluster.Cluster.DeleteOptions;
import dev.relevo.cluster.Cluster.Propagation;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The only way to write. Every write reads the object first, then makes sure that the lock is held, then writes with the
 * read resourceVersion as its precondition: what somebody else wrote in between, a later holder of the lock say, is never
 * overwritten unseen. A conflict reads again and decides again.
 */
final class Writer {
    /** Status updates of a busy object conflict too; more than this in a row is not chance. */
    private static final int ATTEMPTS = 12;

    private final Cluster cluster;
    private final Fence fence;
    private int changes;

    Writer(Cluster cluster, Fence fence) {
        this.cluster = cluster;
        this.fence = fence;
    }

    /** How many writes changed something. */
    int changes() {
        return changes;
    }

    /** Server-side apply of the object as it is. */
    KubeObject apply(KubeObject desired) {
        return apply(desired.ref(), live -> desired);
    }

    /** Server-side apply of what follows from the live object. */
    KubeObject apply(ObjectRef ref, Function<Optional<KubeObject>, KubeObject> desired) {
        return attempt(() -> {
            Optional<KubeObject> live = cluster.get(ref);
            KubeObject wanted = desired.apply(live);
            fence.check();
            KubeObject written = cluster.apply(
                    live.isEmpty() ? wanted : preconditioned(Marks.over(live.get(), wanted), live.get()),
                    ApplyOptions.FORCE);
            count(live, written);
            return written;
        });
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
            KubeObject written = cluster.replace(changed);
            count(live, written);
            return Optional.of(written);
        });
    }

    /** Merges what follows from the live object into it; returns the live object, empty when it is not there. */
    Optional<KubeObject> merge(ObjectRef ref, Function<KubeObject, Optional<ObjectNode>> patch) {
        return attempt(() -> {
            Optional<KubeObject> live = cluster.get(ref);
            Optional<ObjectNode> wanted = live.flatMap(patch);
            if (wanted.isEmpty()) {
                return live;
            }
            Marks.child(wanted.get(), "metadata")
                    .put("resourceVersion", live.orElseThrow().resourceVersion());
            fence.check();
            KubeObject written = cluster.merge(ref, wanted.get());
            count(live, written);
            return Optional.of(written);
        });
    }

    /** Deletes the object with this UID; one that is gone, or another of that name, is no error. */
    void delete(ObjectRef ref, String uid) {
        fence.check();
        try {
            if (cluster.delete(ref, DeleteOptions.ofUid(uid, Propagation.BACKGROUND))) {
                changes++;
            }
        } catch (ClusterRefusal.Conflict anotherOne) {
            // Not the object that was meant: it belongs to somebody else and stays.
        }
    }

    private static KubeObject preconditioned(KubeObject wanted, KubeObject live) {
        return wanted.with(tree ->
                Marks.child(tree, "metadata").put("uid", live.uid()).put("resourceVersion", live.resourceVersion()));
    }

    private void count(Optional<KubeObject> before, KubeObject after) {
        if (before.isEmpty() || !before.get().resourceVersion().equals(after.resourceVersion())) {
            changes++;
        }
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
