package dev.relevo.deploy.lock;

import java.util.Optional;

/**
 * In which turn somebody gets an app's lock who has to wait for it.
 *
 * @param build the number of the build that deploys, where a CI counts its builds: a greater one is newer
 * @param replaces whether it makes an older deploy that still waits superfluous
 * @param givesWay whether it gives up when a newer deploy waits as well
 */
public record Ticket(Optional<Long> build, boolean replaces, boolean givesWay) {
    /** For whoever brings something of its own, which no deploy makes superfluous. */
    public static final Ticket PLAIN = new Ticket(Optional.empty(), false, false);

    /** A deploy that no front end has counted, and that waits for its turn in any case. */
    public static final Ticket OF_A_DEPLOY = new Ticket(Optional.empty(), true, false);
}
