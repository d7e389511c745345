package dev.relevo.local.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How to run the server's programs, which refuse to run as root: directly as an ordinary user; as root in a user
 * namespace of their own, in which they are nobody and still own their files.
 *
 * @param prefix what comes before the program
 */
record UnprivilegedCommand(List<String> prefix) {
    UnprivilegedCommand {
        prefix = List.copyOf(prefix);
    }

    /** A namespace in which root is nobody; else the user nobody, who may pass root's directories. */
    private static final List<UnprivilegedCommand> FOR_ROOT = List.of(
            new UnprivilegedCommand(List.of("unshare", "--user")),
            new UnprivilegedCommand(List.of(
                    "setpriv",
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    "--securebits=+no_setuid_fixup",
                    "--inh-caps=+dac_override",
                    "--ambient-caps=+dac_override")));

    /**
     * Finds a way that works on this machine and can write to the directory.
     *
     * @throws PostgresFailure when there is none
     */
    static UnprivilegedCommand find(Path directory) throws PostgresFailure, InterruptedException {
        for (UnprivilegedCommand candidate : candidates(directory)) {
            if (candidate.canWriteTo(directory)) {
                return candidate;
            }
        }
        throw new PostgresFailure("PostgreSQL does not run as root, and this machine lets root neither make a user"
                + " namespace ([unshare --user]) nor become another user ([setpriv --reuid=65534]). Run the local"
                + " environment as an ordinary user, or allow user namespaces (sysctl user.max_user_namespaces,"
                + " kernel.unprivileged_userns_clone)");
    }

    /** The ways for the user who runs this, the best first. */
    static List<UnprivilegedCommand> candidates(Path directory) throws PostgresFailure {
        return isRoot(directory) ? FOR_ROOT : List.of(new UnprivilegedCommand(List.of()));
    }

    private static boolean isRoot(Path directory) throws PostgresFailure {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid"))
                    && System.getProperty("user.name").equals("root");
        } catch (IOException e) {
            throw new PostgresFailure("Cannot look at [" + directory + "]: " + e.getMessage(), e);
        }
    }

    boolean canWriteTo(Path directory) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(line(List.of("test", "-w", directory.toString())))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The command line for a program. */
    List<String> line(List<String> program) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(program);
        return line;
    }
}
