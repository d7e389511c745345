package dev.relevo.local.node;

import java.util.Map;
import java.util.Optional;

/**
 * Where a pod's processes are to listen.
 *
 * @param ip a loopback address
 * @param ports the port of its own for each container port, where pods have to share one address; empty where every pod
 *     has an address of its own and so listens on its container ports
 */
public record PodAddress(String ip, Map<Integer, Integer> ports) {
    /** The pod annotation that tells the ports, as JSON from container port to port, where they differ. */
    public static final String PORTS_ANNOTATION = "local.relevo.dev/ports";

    public PodAddress {
        ports = Map.copyOf(ports);
    }

    /** The port to listen on for a container port. */
    public int port(int containerPort) {
        return Optional.ofNullable(ports.get(containerPort)).orElse(containerPort);
    }
}
