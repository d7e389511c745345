package dev.relevo.local.proxy;

import dev.relevo.local.network.StandIns;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running proxy. It follows the store: what is written there is in force as soon as its watch tells. */
public final class ServiceProxy implements AutoCloseable {
    /** Where a Service or Gateway can be reached, e.g. {@code http://127.96.0.7:8080}. */
    public static final String URL_ANNOTATION = "local.relevo.dev/url";

    /** The ports that stand in for those that could not be bound, as JSON from port to {@code host:port}. */
    public static final String ADDRESSES_ANNOTATION = StandIns.ANNOTATION;

    private static final Logger LOG = LoggerFactory.getLogger(ServiceProxy.class);
    private static final String SHARED_ADDRESS = "127.0.0.1";
    private static final long RETRY_MILLIS = 500;

    private final Backends backends;
    private final Router router;
    private final Network network;
    private final Listeners listeners;
    private final ServiceAddresses addresses;
    private final GatewayStatus gatewayStatus;
    private final ScheduledExecutorService outside = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "local-proxy-listeners");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicBoolean pending = new AtomicBoolean();
    private final List<Watch> watches = new ArrayList<>();

    private ServiceProxy(ObjectStore store, ProxyOptions options) throws IOException {
        backends = new Backends(options.idleConnections());
        router = new Router(store, backends, options.gatewayAddresses());
        network = new Network(router::table, options);
        listeners = new Listeners(network);
        addresses = new ServiceAddresses(store);
        gatewayStatus = new GatewayStatus(store);
    }

    /**
     * Starts to serve what is in the store. When this returns, all of it can be reached and says where.
     *
     * @throws UncheckedIOException when no sockets can be used
     */
    public static ServiceProxy start(ObjectStore store, ProxyOptions options) {
        try {
            ServiceProxy proxy = new ServiceProxy(store, options);
            proxy.follow(store);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("The service proxy cannot be started: " + e.getMessage(), e);
        }
    }

    private void follow(ObjectStore store) {
        long version = store.resourceVersion();
        router.takeOver(version);
        listen();
        for (ResourceType kind : Router.KINDS) {
            watches.add(store.watch(kind, version, event -> {
                if (router.takeOver(event.resourceVersion())) {
                    listenSoon(0);
                }
            }));
        }
    }

    /** Binding and writing take time, which the thread that brought the news does not have. */
    private void listenSoon(long delayMillis) {
        if (pending.compareAndSet(false, true)) {
            try {
                outside.schedule(this::listen, delayMillis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("The proxy ends", e);
            }
        }
    }

    private void listen() {
        pending.set(false);
        try {
            RoutingTable table = router.table();
            Map<PortKey, InetSocketAddress> reached = listeners.reconcile(table.listenings(), addresses::formerPort);
            addresses.publish(reached);
            gatewayStatus.publish(table, reached);
        } catch (RuntimeException e) {
            LOG.warn("The addresses of Services could not be brought up to date; it is tried again", e);
            listenSoon(RETRY_MILLIS);
        }
    }

    /**
     * Waits until nothing is sent to an endpoint any more and all that was sent to it is answered: then its process may be
     * told to end. Its EndpointSlice has to say that it terminates, or not to list it any more.
     *
     * @param ip the endpoint's IP address; of an endpoint on 127.0.0.1, which pods may share, only what is in flight to
     *     former endpoints is waited for
     * @param atMost the longest time to wait
     * @return whether that was so in time
     */
    public boolean awaitDrained(String ip, Duration atMost) throws InterruptedException {
        if (router.takeOver(Long.MAX_VALUE)) {
            // The watches will find nothing new in what was taken over here.
            listenSoon(0);
        }
        return backends.awaitDrained(ip, ip.equals(SHARED_ADDRESS), atMost);
    }

    /** Stops listening and forgets what is in flight. */
    @Override
    public void close() {
        watches.forEach(Watch::close);
        outside.shutdown();
        try {
            outside.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listeners.close();
        network.close();
    }
}
