package dev.relevo.local.proxy;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.proxy.ProxyHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.util.Methods;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** The threads, buffers and sockets of the proxy. Both sides of a request are served by one thread. */
final class Network implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int MOST_BUFFERS = 256;
    private static final int RETRIES = 8;
    private static final long END_SECONDS = 5;
    private static final Set<Object> IDEMPOTENT =
            Set.of(Methods.GET, Methods.HEAD, Methods.OPTIONS, Methods.TRACE, Methods.PUT, Methods.DELETE);

    /** The size of a body is a matter between client and backend. */
    private static final OptionMap HTTP = OptionMap.create(UndertowOptions.MAX_ENTITY_SIZE, -1L);

    private final XnioWorker worker;
    private final ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER_BYTES, MOST_BUFFERS, 4);
    private final Supplier<RoutingTable> table;
    private final ProxyOptions options;
    private final Balancer balancer = new Balancer();
    private final HttpHandler proxy;

    Network(Supplier<RoutingTable> table, ProxyOptions options) throws IOException {
        this.table = table;
        this.options = options;
        this.worker = Xnio.getInstance()
                .createWorker(OptionMap.builder()
                        .set(Options.WORKER_IO_THREADS, options.ioThreads())
                        .set(Options.WORKER_TASK_CORE_THREADS, 1)
                        .set(Options.WORKER_TASK_MAX_THREADS, 1)
                        .set(Options.WORKER_NAME, "local-proxy")
                        .set(Options.THREAD_DAEMON, true)
                        .set(Options.TCP_NODELAY, true)
                        .getMap());
        this.proxy = ProxyHandler.builder()
                .setProxyClient(new BackendConnections(table, balancer, buffers))
                .setMaxRequestTime(-1)
                .setMaxConnectionRetries(RETRIES)
                .setReuseXForwarded(true)
                .setIdempotentRequestPredicate(Network::mayBeSentAgain)
                .build();
    }

    private static boolean mayBeSentAgain(HttpServerExchange exchange) {
        return IDEMPOTENT.contains(exchange.getRequestMethod());
    }

    /**
     * Listens for requests or connections to a port.
     *
     * @throws IOException when the address cannot be bound
     */
    Listener listen(PortKey key, Protocol protocol, InetSocketAddress address) throws IOException {
        if (protocol == Protocol.TCP) {
            return accept(address, new TcpForwarder(key, table, balancer, buffers, options.waitForEndpoint()));
        }
        HttpOpenListener listener = new HttpOpenListener(buffers, HTTP);
        listener.setRootHandler(new PortHandler(key, table, proxy, options.waitForEndpoint()));
        Listener socket = accept(address, listener);
        return new Listener(socket.address(), () -> {
            socket.close();
            listener.closeConnections();
        });
    }

    private Listener accept(InetSocketAddress address, ChannelListener<StreamConnection> listener) throws IOException {
        AcceptingChannel<StreamConnection> socket = worker.createStreamConnectionServer(
                address,
                ChannelListeners.openListenerAdapter(listener),
                OptionMap.builder()
                        .set(Options.REUSE_ADDRESSES, true)
                        .set(Options.TCP_NODELAY, true)
                        .set(Options.BACKLOG, 1024)
                        .getMap());
        socket.resumeAccepts();
        return new Listener(socket.getLocalAddress(InetSocketAddress.class), () -> IoUtils.safeClose(socket));
    }

    @Override
    public void close() {
        worker.shutdownNow();
        try {
            // Only then are the sockets closed, and their addresses free for who comes next.
            worker.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        buffers.close();
    }
}
