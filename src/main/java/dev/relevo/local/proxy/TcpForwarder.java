package dev.relevo.local.proxy;

import io.undertow.connector.ByteBufferPool;
import io.undertow.util.Transfer;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelExceptionHandler;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.channels.StreamSinkChannel;

/** Forwards whole connections to a Service's port, the bytes as they are, half-closed ones too. */
final class TcpForwarder implements ChannelListener<StreamConnection> {
    private static final Logger LOG = LoggerFactory.getLogger(TcpForwarder.class);
    private static final int RETRY_MILLIS = 10;

    private final PortKey key;
    private final Supplier<RoutingTable> table;
    private final Balancer balancer;
    private final ByteBufferPool buffers;
    private final long waitNanos;

    TcpForwarder(
            PortKey key,
            Supplier<RoutingTable> table,
            Balancer balancer,
            ByteBufferPool buffers,
            Duration waitForEndpoint) {
        this.key = key;
        this.table = table;
        this.balancer = balancer;
        this.buffers = buffers;
        this.waitNanos = waitForEndpoint.toNanos();
    }

    @Override
    public void handleEvent(StreamConnection client) {
        find(client, new HashSet<>(), System.nanoTime() + waitNanos);
    }

    private void find(StreamConnection client, Set<Backend> tried, long deadline) {
        XnioIoThread thread = client.getIoThread();
        Optional<Backend> chosen = balancer.acquire(table.get().backends(key), tried);
        if (chosen.isPresent()) {
            connect(client, chosen.get(), tried, deadline);
        } else if (System.nanoTime() - deadline >= 0) {
            LOG.warn("A connection to {} is closed: there is no ready endpoint", key);
            IoUtils.safeClose(client);
        } else {
            tried.clear();
            thread.executeAfter(() -> find(client, tried, deadline), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void connect(StreamConnection client, Backend backend, Set<Backend> tried, long deadline) {
        IoFuture<StreamConnection> connecting = client.getIoThread()
                .openStreamConnection(
                        backend.address(),
                        server -> join(client, server, backend),
                        OptionMap.create(Options.TCP_NODELAY, true));
        connecting.addNotifier(
                (future, attachment) -> {
                    if (future.getStatus() == IoFuture.Status.FAILED) {
                        backend.release();
                        tried.add(backend);
                        client.getIoThread().execute(() -> find(client, tried, deadline));
                    }
                },
                null);
    }

    private void join(StreamConnection client, StreamConnection server, Backend backend) {
        server.setCloseListener(closed -> backend.release());
        copy(client, server);
        copy(server, client);
    }

    /** Ends the writing where the reading ended; a connection closes when both directions have ended. */
    private void copy(StreamConnection from, StreamConnection to) {
        ChannelExceptionHandler<Channel> failed = (channel, exception) -> {
            LOG.debug("A connection to {} ends", key, exception);
            IoUtils.safeClose(from, to);
        };
        ChannelListener<StreamSinkChannel> endWriting = ChannelListeners.writeShutdownChannelListener(
                ChannelListeners.<StreamSinkChannel>flushingChannelListener(
                        ChannelListeners.closingChannelListener(), failed),
                failed);
        Transfer.initiateTransfer(
                from.getSourceChannel(),
                to.getSinkChannel(),
                ChannelListeners.closingChannelListener(),
                endWriting,
                failed,
                failed,
                buffers);
    }
}
