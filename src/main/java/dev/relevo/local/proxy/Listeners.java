package dev.relevo.local.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the ports that are asked for. Where a port cannot be bound (a privileged one, one that another program has on
 * all addresses), another port of the same address stands in for it; where the address cannot (a system whose only loopback
 * address is 127.0.0.1), a port of 127.0.0.1. Not thread-safe.
 */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final String STAND_IN = "127.0.0.1";

    private record Open(Listening listening, Listener listener) {}

    private final Network network;
    private final Map<PortKey, Open> open = new HashMap<>();

    Listeners(Network network) {
        this.network = network;
    }

    /**
     * Opens and closes sockets until exactly these are open.
     *
     * @param formerPort the stand-in port that clients may know already
     * @return where each port can be reached
     */
    Map<PortKey, InetSocketAddress> reconcile(List<Listening> wanted, Function<PortKey, Optional<Integer>> formerPort) {
        open.values().removeIf(each -> {
            boolean gone = !wanted.contains(each.listening);
            if (gone) {
                each.listener.close();
            }
            return gone;
        });
        Map<PortKey, InetSocketAddress> addresses = new HashMap<>();
        for (Listening listening : wanted) {
            Open present = open.get(listening.key());
            if (present == null) {
                present = new Open(listening, open(listening, formerPort));
                open.put(listening.key(), present);
            }
            addresses.put(listening.key(), present.listener.address());
        }
        return addresses;
    }

    private Listener open(Listening listening, Function<PortKey, Optional<Integer>> formerPort) {
        PortKey key = listening.key();
        int former = formerPort.apply(key).orElse(0);
        List<InetSocketAddress> choices = List.of(
                new InetSocketAddress(listening.address(), key.port()),
                new InetSocketAddress(listening.address(), former),
                new InetSocketAddress(listening.address(), 0),
                new InetSocketAddress(STAND_IN, former),
                new InetSocketAddress(STAND_IN, 0));
        IOException last = new IOException("nothing was tried");
        for (InetSocketAddress choice : choices) {
            try {
                return network.listen(key, listening.protocol(), choice);
            } catch (IOException e) {
                LOG.info("{} cannot be bound for {} ({}); another one is tried", choice, key, e.toString());
                last = e;
            }
        }
        throw new UncheckedIOException("No port of " + STAND_IN + " can be bound for " + key, last);
    }

    @Override
    public void close() {
        open.values().forEach(each -> each.listener.close());
        open.clear();
    }
}
