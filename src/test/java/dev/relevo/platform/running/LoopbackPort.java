package dev.relevo.platform.running;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a program that has to be told one before it starts. It is none of those that the system itself gives away (from 32768
 * on Linux), so that nobody who asks for any port or connects to somewhere gets it meanwhile.
 */
public final class LoopbackPort {
    private static final int LOWEST = 20_000;
    private static final int COUNT = 10_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private LoopbackPort() {}

    /** Another one each time. */
    public static int free() throws IOException {
        int start = ThreadLocalRandom.current().nextInt(COUNT);
        for (int i = 0; i < COUNT; i++) {
            int port = LOWEST + (start + i) % COUNT;
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new IOException("No port from " + LOWEST + " to " + (LOWEST + COUNT - 1) + " is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
