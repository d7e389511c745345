package dev.relevo.local.node;

import dev.relevo.local.network.AddressBlock;
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
 * Gives each pod a loopback address of its own out of a block, which needs no set-up on Linux. Where only
 * 127.0.0.1 can be bound (macOS), pods share that and get ports of their own.
 */
final class PodAddresses {
    /** So many in a row are held by somebody only where all are: a server on every address of the machine. */
    private static final int MOST_HELD = 64;

    private final AddressBlock block;
    private final boolean separate;
    private final Map<String, PodAddress> byPod = new HashMap<>();
    private final Set<Integer> used = new HashSet<>();
    private int next;

    /** An empty allocation. */
    PodAddresses(AddressBlock block) {
        this.block = block;
        this.separate = canBind(block.address(1), 0);
    }

    private static boolean canBind(String ip, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(ip), port));
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
        PodAddress address = separate ? new PodAddress(unheld(containerPorts), Map.of()) : shared(containerPorts);
        byPod.put(podUid, address);
        return address;
    }

    /** One at which nobody listens: processes of an environment that was killed may still be there, and hold theirs. */
    private String unheld(List<Integer> containerPorts) {
        String first = block.address(free());
        String ip = first;
        for (int held = 0; held < MOST_HELD; held++) {
            String candidate = ip;
            if (containerPorts.stream().allMatch(port -> canBind(candidate, port))) {
                return ip;
            }
            ip = block.address(free());
        }
        return first;
    }

    /** Goes round, so that an address is not used again at once: somebody may still know the pod that had it. */
    private int free() {
        for (int tried = 0; tried < block.size(); tried++) {
            next = (next + 1) % block.size();
            int last = block.first() + next & 0xff;
            if (last != 0 && last != 255 && used.add(next)) {
                return next;
            }
        }
        throw new IllegalStateException("All " + block.size() + " pod addresses are in use; delete pods");
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
            used.remove(block.indexOf(address.ip()));
        }
    }
}
