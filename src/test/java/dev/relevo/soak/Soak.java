package dev.relevo.soak;

import java.util.Locale;
import java.util.stream.LongStream;

/**
 * How long a test with chance in it runs, and from which seed: {@code relevo.soak.count} and {@code relevo.soak.seed}, which
 * {@code bench/soak} sets. The same seed is the same story, so one that failed can be looked at alone.
 */
public final class Soak {
    private static final int GIVEN = Integer.getInteger("relevo.soak.count", 0);
    private static final long FIRST = Long.getLong("relevo.soak.seed", 1);

    private Soak() {}

    /**
     * How many are to be tried.
     *
     * @param usual in the build
     */
    public static int count(int usual) {
        return GIVEN > 0 ? GIVEN : usual;
    }

    /** One seed for each. */
    public static LongStream seeds(int usual) {
        return LongStream.range(FIRST, FIRST + count(usual));
    }

    /** What a failing assertion begins with. */
    public static String replay(String name, long seed) {
        return "seed " + seed + " (again: bench/soak " + name + " 1 " + seed + ")";
    }

    /** A line with what was measured. */
    public static void figure(String name, String format, Object... values) {
        System.out.println("soak " + name + ": " + String.format(Locale.ROOT, format, values));
    }
}
