package dev.relevo.local.environment;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The libraries of the environment announce every start and stop; what goes wrong is enough. */
final class QuietLibraries {
    /** Held here, or the levels would be forgotten with the loggers. */
    private static final List<Logger> LOGGERS =
            List.of(Logger.getLogger("io.undertow"), Logger.getLogger("org.xnio"), Logger.getLogger("org.jboss"));

    /** The proxy answers and logs itself why a request failed; Undertow would add a stack trace to each. */
    private static final Logger PROXIED = Logger.getLogger("io.undertow.proxy");

    private QuietLibraries() {}

    static void hush() {
        LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
        PROXIED.setLevel(Level.OFF);
    }
}
