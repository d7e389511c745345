package dev.relevo.local.proxy;

import java.net.InetSocketAddress;

/**
 * An open socket that takes connections.
 *
 * @param address where it listens
 * @param end closes it
 */
record Listener(InetSocketAddress address, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
        end.run();
    }
}
