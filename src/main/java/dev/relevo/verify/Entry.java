package dev.relevo.verify;

import java.util.Optional;

/** Where the requests that a route is for come into the cluster. */
public sealed interface Entry {
    /**
     * Here.
     *
     * @param base scheme, address and port
     * @param host that requests are for; empty for that of the address
     */
    record At(String base, Optional<String> host) implements Entry {}

    /**
     * It is not known, or not to be reached from here.
     *
     * @param why for the user
     */
    record Unknown(String why) implements Entry {}
}
