package dev.relevo.deploy;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * What goes wrong between deployers and a simulated cluster, by chance: which fault meets the next call, and when nothing gets
 * through. That a list shows the past is cured below the contract of a connection, so it is not here.
 */
final class Faults {
    /** What happens to a call. */
    enum Fault {
        NONE,
        /** 409 although nobody was in the way. */
        CONFLICT,
        /** 429 with a Retry-After. */
        THROTTLED,
        /** 500 to 504, or a reset, before the server has done anything. */
        UNDONE,
        /** 500 to 504, or a reset in the middle of the answer, after the server has done it. */
        UNHEARD,
        /** Nothing gets through for a while, from here on. */
        PARTITION,
        /** A watch that says nothing for a while. */
        SILENT,
        /** A watch that is closed without a word, and opened anew. */
        CLOSED
    }

    /** A watch that says nothing is listed behind after so long. */
    private static final Duration SILENCE = Duration.ofSeconds(13);

    private final SimulatedCluster cluster;
    private final Random random;
    private final double chance;
    private final Map<Fault, Integer> met = new EnumMap<>(Fault.class);
    private Duration partitionedUntil = Duration.ZERO;
    private boolean over;

    /** @param chance of a fault in each call, from 0 to 1 */
    Faults(SimulatedCluster cluster, Random random, double chance) {
        this.cluster = cluster;
        this.random = random;
        this.chance = chance;
    }

    /** Nothing goes wrong any more. */
    void end() {
        over = true;
    }

    /** How often each was met. */
    Map<Fault, Integer> met() {
        return met;
    }

    Fault ofCall(boolean write) {
        if (!happens()) {
            return Fault.NONE;
        }
        int die = random.nextInt(20);
        if (die == 0) {
            boolean lasting = random.nextInt(5) == 0;
            partitionedUntil = now().plusSeconds(lasting ? 100 : 30);
            return meet(Fault.PARTITION);
        }
        if (die < 6 && write) {
            return meet(Fault.CONFLICT);
        }
        if (die < 10) {
            return meet(Fault.THROTTLED);
        }
        return meet(die < 15 ? Fault.UNDONE : Fault.UNHEARD);
    }

    /** How long the server says, or the client thinks, to wait before the next attempt. */
    Duration pause() {
        return Duration.ofMillis(200 + random.nextInt(3000));
    }

    boolean partitioned() {
        return !over && now().compareTo(partitionedUntil) < 0;
    }

    /** Until calls get through again. */
    Duration untilThrough() {
        return partitionedUntil.minus(now());
    }

    /** How long a watch says nothing from here on; zero mostly. */
    Duration quiet() {
        if (!happens()) {
            return Duration.ZERO;
        }
        if (random.nextInt(3) == 0) {
            meet(Fault.SILENT);
            return SILENCE;
        }
        meet(Fault.CLOSED);
        return Duration.ofMillis(100 + random.nextInt(5000));
    }

    private boolean happens() {
        return !over && random.nextDouble() < chance;
    }

    private Fault meet(Fault fault) {
        met.merge(fault, 1, Integer::sum);
        return fault;
    }

    private Duration now() {
        return cluster.pace().elapsed();
    }
}
