package dev.relevo.platform.running;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Waiting for what another process does. */
final class Waiting {
    private static final long LOOK_AGAIN_MILLIS = 250;

    private Waiting() {}

    /** Looks for something that may not be there yet. */
    interface Look<T> {
        Optional<T> look() throws Exception;
    }

    /**
     * Waits until it is there.
     *
     * @param what is waited for, said when it does not come
     */
    static <T> T until(String what, Duration limit, Look<T> look) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> found = look.look();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("After " + limit.toSeconds() + " s: still no " + what);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }
}
