package dev.relevo.local.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives each pod a loopback address of its own out of 127.64.0.0/11, whose addresses need no set-up on Linux. Where only
 * 127.0.0.1 can be bound (macOS), pods share that and get ports of their own.
 */
final class PodAddresses {
    private static final int FIRST = (127 << 24) | (64 << 16) | 1;
    private static final int COUNT = 1 << 21;

    private final boolean separate;
    private final int offset;
    private final Map<String, PodAddress> byPod = new HashMap<>();
    private final Set<Integer> used = new HashSet<>();
    private int next;

    /**
     * An empty allocation.
     *
     * @param seed makes two environments on one machine begin at different addresses
     */
    PodAddresses(String seed) {
        this.separate = canBind(address(FIRST));
        this.offset = Math.floorMod(seed.hashCode() * 1009, COUNT);
    }

    private static boolean canBind(String ip) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(ip), 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The address of a pod; the same until it is released. */
    synchronized PodAddress allocate(String podUid, List<Integer> containerPorts) throws IOException {
        PodAddress known = byPod.get(podUid);
        if (known != null) {
            return known;
        }
        PodAddress address = separate ? new PodAddress(address(free()), Map.of()) : shared(containerPorts);
        byPod.put(podUid, address);
        return address;
    }

    private int free() {
        for (int tried = 0; tried < COUNT; tried++) {
            int candidate = FIRST + Math.floorMod(offset + next++, COUNT - 2);
            if ((candidate & 0xff) != 0 && (candidate & 0xff) != 255 && used.add(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("All " + COUNT + " pod addresses are in use; delete pods");
    }

    private static PodAddress shared(List<Integer> containerPorts) throws IOException {
        Map<Integer, Integer> ports = new HashMap<>();
        for (int port : containerPorts) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                ports.put(port, socket.getLocalPort());
            }
        }
        return new PodAddress("127.0.0.1", ports);
    }

    synchronized void release(String podUid) {
        PodAddress address = byPod.remove(podUid);
        if (address != null && separate) {
            String[] parts = address.ip().split("\\.");
            used.remove((127 << 24)
                    | (Integer.parseInt(parts[1]) << 16)
                    | (Integer.parseInt(parts[2]) << 8)
                    | Integer.parseInt(parts[3]));
        }
    }

    private static String address(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }
}
