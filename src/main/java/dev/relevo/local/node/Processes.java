package dev.relevo.local.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Whether processes that are not this JVM's children run. */
public final class Processes {
    private static final long LOOK_AGAIN_MILLIS = 20;

    private Processes() {}

    /**
     * Whether it runs. One that has ended counts as ended even where nobody has collected its exit status, as in a
     * container whose first process does not care for orphans.
     */
    public static boolean isAlive(ProcessHandle process) {
        return process.isAlive() && !isZombie(process.pid());
    }

    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            int afterName = stat.lastIndexOf(')');
            return stat.startsWith("Z", afterName + 2);
        } catch (IOException e) {
            // No such file system, or no such process: the handle itself knows.
            return false;
        }
    }

    /**
     * Waits until it has ended.
     *
     * @return whether it ended in time
     */
    public static boolean awaitEnd(ProcessHandle process, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (isAlive(process)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
        return true;
    }
}
