package dev.relevo.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The Kubernetes API as the engine needs it. All calls block, retry what can heal (429 with its Retry-After, 5xx of reads and
 * of writes that are safe to repeat, connection resets) within a bounded time, and then end in a
 * {@link dev.relevo.report.RelevoException} or a {@link ClusterRefusal}. A repeated write whose first answer was lost is told
 * from a conflict with somebody else by reading back. Reads that RBAC forbids end in a RelevoException
 * ({@link ClusterError#FORBIDDEN}), writes in {@link ClusterRefusal.Forbidden}. Safe to use from several threads.
 */
public interface Cluster extends AutoCloseable {
    /** The object, or empty when it (or its namespace, or its kind) is not there. */
    Optional<KubeObject> get(ObjectRef ref);

    /**
     * The objects of a kind, never older than what this connection has seen before. Of events, those are left out that tell
     * of a start as it should be: there are thousands, and they explain nothing.
     *
     * @param namespace empty for all namespaces, and for cluster-scoped kinds
     * @param labels equality selector, empty for all
     * @throws ClusterRefusal.NotFound when the server does not serve the kind
     */
    Listing list(Kind kind, String namespace, Map<String, String> labels);

    /** Creates the object; refuses with {@link ClusterRefusal.Conflict} when it exists. */
    KubeObject create(KubeObject object);

    /**
     * Server-side apply with the field manager {@code relevo}. A {@code metadata.uid} or {@code metadata.resourceVersion} in
     * the desired object is a precondition.
     *
     * @param options conflicts forced or not, dry run
     * @throws ClusterRefusal.Conflict when another manager owns a field and force is off, or a precondition fails
     */
    KubeObject apply(KubeObject desired, ApplyOptions options);

    /** Replaces the object; its resourceVersion is the precondition. */
    KubeObject replace(KubeObject object);

    /** JSON merge patch. A {@code metadata.resourceVersion} inside is the precondition. */
    KubeObject merge(ObjectRef ref, ObjectNode patch);

    /** Deletes; an object that is gone already is no error. */
    Deletion delete(ObjectRef ref, DeleteOptions options);

    /** What a request to delete has come to when it is answered. */
    enum Deletion {
        /** There was no object to delete. */
        NOTHING,
        /** It goes when its finalizers, its dependents or its grace period let it. */
        BEGUN,
        /** It is gone. */
        DONE
    }

    /**
     * Follows the objects of a kind: {@code onChange} is called with the whole current state once before this method returns,
     * on the caller's thread, and after every change on a thread of the watch, once for changes that come together. The map is
     * never changed afterwards. It must not throw. Objects are keyed by name, or by {@code namespace/name} when all namespaces
     * are watched. Relists by itself after 410, after streams that end at once, and on a timer behind a silent one; a cluster
     * that cannot be reached for a while is tried again until the watch is closed, so whoever waits needs a deadline of its own.
     *
     * @throws ClusterRefusal.NotFound when the server does not serve the kind
     */
    Watching watch(Kind kind, String namespace, Map<String, String> labels, Consumer<Map<String, KubeObject>> onChange);

    /**
     * As {@link #watch}, for those who wait for something and make nothing of what is not there: the first state comes as changes
     * too, so that it takes one request instead of two. The map may be empty at first, and lacks what has not come yet.
     */
    Watching follow(Kind kind, String namespace, LabelSelector labels, Consumer<Map<String, KubeObject>> onChange);

    /**
     * The last lines of a container's log; empty when there is no such pod or instance.
     *
     * @param previous of the container instance before the last restart
     */
    List<String> logs(ObjectRef pod, String container, boolean previous, int lines);

    /**
     * Sends an HTTP request through the API server's proxy to a Service or Pod. One attempt: whether it may be repeated, only the
     * caller knows.
     *
     * @param port name or number; empty for the only one
     * @throws dev.relevo.report.RelevoException when the API server gives no answer in time
     */
    ProxyAnswer proxy(ObjectRef target, String port, ProxyRequest request);

    /** Whether the API server serves the kind (in that version). */
    boolean serves(Kind kind);

    /** The server's version, e.g. {@code v1.34.2}. */
    String version();

    /** For messages: the API server's URL. */
    String address();

    @Override
    void close();

    /**
     * What is sent through the proxy.
     *
     * @param path path and query, beginning with a slash
     * @param timeout for the whole answer
     */
    record ProxyRequest(String method, String path, Map<String, String> headers, Duration timeout) {
        public ProxyRequest {
            headers = Map.copyOf(headers);
        }
    }

    /** What came back: from the target, or from the API server about it (502 to 504 when it cannot be reached). */
    record ProxyAnswer(int status, String body) {}

    /** A list with the version it was read at. */
    record Listing(String resourceVersion, List<KubeObject> items) {
        public Listing {
            items = List.copyOf(items);
        }
    }

    /** A running watch. */
    interface Watching extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * How to apply.
     *
     * @param force take over fields of other managers
     * @param dryRun let the server only answer what it would do
     */
    record ApplyOptions(boolean force, boolean dryRun) {
        /** Forced: the manifests are the truth for the fields that they name. */
        public static final ApplyOptions FORCE = new ApplyOptions(true, false);

        public static final ApplyOptions DRY_RUN = new ApplyOptions(true, true);
    }

    /** What must hold for a delete, and what happens to dependents. */
    record DeleteOptions(Optional<String> uid, Optional<String> resourceVersion, Propagation propagation) {
        public static DeleteOptions background() {
            return new DeleteOptions(Optional.empty(), Optional.empty(), Propagation.BACKGROUND);
        }

        public static DeleteOptions ofUid(String uid, Propagation propagation) {
            return new DeleteOptions(Optional.of(uid), Optional.empty(), propagation);
        }
    }

    /** Kubernetes' propagation policies. */
    enum Propagation {
        BACKGROUND,
        FOREGROUND,
        ORPHAN
    }
}
