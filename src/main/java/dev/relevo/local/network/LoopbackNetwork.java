package dev.relevo.local.network;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of the loopback network that one environment has for itself: {@code 127.N.0.0/16} with N from 64 to 127, so that
 * environments on one machine do not take each other's addresses. A socket marks it as taken for as long as the process
 * lives. Where a system has only 127.0.0.1 nothing can be marked, and nothing needs to be: ports are shared out instead.
 */
public final class LoopbackNetwork implements AutoCloseable {
    private static final int LOWEST = 64;
    private static final int FIRST_CHOICE = 96;
    private static final int HIGHEST = 127;
    /** In no block, so that no pod or Service meets the mark; any number does that all environments agree on. */
    private static final String MARK = ".255.254";

    private static final int MARK_PORT = 47_096;

    private final int number;
    private final Optional<DatagramSocket> mark;

    private LoopbackNetwork(int number, Optional<DatagramSocket> mark) {
        this.number = number;
        this.mark = mark;
    }

    /**
     * Takes the network that was had before if it is still free, else any free one.
     *
     * @param before its number; 0: none
     */
    public static LoopbackNetwork take(int before) {
        List<Integer> candidates = new ArrayList<>();
        if (before >= LOWEST && before <= HIGHEST) {
            candidates.add(before);
        }
        for (int i = 0; i <= HIGHEST - LOWEST; i++) {
            candidates.add(LOWEST + (FIRST_CHOICE - LOWEST + i) % (HIGHEST - LOWEST + 1));
        }
        for (int candidate : candidates) {
            Optional<DatagramSocket> mark = mark(candidate);
            if (mark.isPresent()) {
                return new LoopbackNetwork(candidate, mark);
            }
        }
        return new LoopbackNetwork(candidates.get(0), Optional.empty());
    }

    private static Optional<DatagramSocket> mark(int number) {
        try {
            InetAddress address = InetAddress.getByName("127." + number + MARK);
            return Optional.of(new DatagramSocket(new InetSocketAddress(address, MARK_PORT)));
        } catch (IOException e) {
            // Taken by another environment, or no such address on this system: either way not ours.
            return Optional.empty();
        }
    }

    /** N of {@code 127.N.0.0/16}. */
    public int number() {
        return number;
    }

    /** The addresses for Services. */
    public AddressBlock services() {
        return AddressBlock.at("127." + number + ".0.0", 1 << 14);
    }

    /** The addresses for Gateways. */
    public AddressBlock gateways() {
        return AddressBlock.at("127." + number + ".64.0", 1 << 14);
    }

    /** The addresses for pods. */
    public AddressBlock pods() {
        return AddressBlock.at("127." + number + ".128.0", 0x7f00);
    }

    /** Lets others have it. */
    @Override
    public void close() {
        mark.ifPresent(DatagramSocket::close);
    }

    @Override
    public String toString() {
        return "127." + number + ".0.0/16";
    }
}
