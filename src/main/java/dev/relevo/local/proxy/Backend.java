package dev.relevo.local.proxy;

import io.undertow.client.ClientConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.IoUtils;
import org.xnio.XnioIoThread;

/**
 * An endpoint with its unused connections. It is retired when it may get no new requests; an endpoint that comes back is a
 * new backend. Unused connections belong to one thread each, so they need no lock.
 */
final class Backend {
    private static final int IDLE_PER_THREAD = 64;

    private record Idle(ClientConnection connection, long sinceNanos) {}

    private final InetSocketAddress address;
    private final URI uri;
    private final long idleNanos;
    private final Runnable whenDrained;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<XnioIoThread, Deque<Idle>> idle = new ConcurrentHashMap<>();
    private volatile boolean retired;

    /**
     * A backend that may be used.
     *
     * @param idleNanos how long an unused connection is kept
     * @param whenDrained called each time a retired backend has nothing in flight any more
     */
    Backend(InetSocketAddress address, long idleNanos, Runnable whenDrained) {
        this.address = address;
        this.uri = URI.create("http://" + address.getHostString() + ":" + address.getPort());
        this.idleNanos = idleNanos;
        this.whenDrained = whenDrained;
    }

    InetSocketAddress address() {
        return address;
    }

    URI uri() {
        return uri;
    }

    int inFlight() {
        return inFlight.get();
    }

    /** Counts a new request in, unless the backend is retired. Counted first, so that a retiring thread sees it. */
    boolean acquire() {
        inFlight.incrementAndGet();
        if (retired) {
            release();
            return false;
        }
        return true;
    }

    /** Counts a request out. */
    void release() {
        if (inFlight.decrementAndGet() == 0 && retired) {
            whenDrained.run();
        }
    }

    /** Takes the most recently used idle connection of this thread. */
    Optional<ClientConnection> takeIdle(XnioIoThread thread) {
        Deque<Idle> connections = idle.get(thread);
        while (connections != null && !connections.isEmpty()) {
            Idle next = connections.pop();
            if (next.connection.isOpen() && System.nanoTime() - next.sinceNanos < idleNanos) {
                return Optional.of(next.connection);
            }
            IoUtils.safeClose(next.connection);
        }
        return Optional.empty();
    }

    /** Keeps a connection for the next request, or closes it when it is of no use. Called on its thread. */
    void keep(ClientConnection connection) {
        if (!connection.isOpen() || connection.isUpgraded()) {
            return;
        }
        if (retired) {
            IoUtils.safeClose(connection);
            return;
        }
        Deque<Idle> connections = idle.computeIfAbsent(connection.getIoThread(), thread -> new ArrayDeque<>());
        connections.push(new Idle(connection, System.nanoTime()));
        if (connections.size() > IDLE_PER_THREAD) {
            IoUtils.safeClose(connections.removeLast().connection);
        }
        if (retired) {
            closeIdle(connections);
        }
    }

    /** Forgets a connection that was closed from the other side. Called on its thread. */
    void forget(ClientConnection connection) {
        Deque<Idle> connections = idle.get(connection.getIoThread());
        if (connections != null) {
            connections.removeIf(each -> each.connection == connection);
        }
    }

    /** Takes no new requests from now on; those in flight end as they would. */
    void retire() {
        retired = true;
        idle.forEach((thread, connections) -> thread.execute(() -> closeIdle(connections)));
    }

    private static void closeIdle(Deque<Idle> connections) {
        for (Idle next = connections.poll(); next != null; next = connections.poll()) {
            IoUtils.safeClose(next.connection);
        }
    }

    @Override
    public String toString() {
        return address.getHostString() + ":" + address.getPort();
    }
}
