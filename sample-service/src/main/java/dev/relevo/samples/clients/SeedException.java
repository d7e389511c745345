package dev.relevo.samples.clients;

import java.nio.file.Path;

/** The seed file cannot be used; its message says where, what was expected and what to do. */
public final class SeedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SeedException(Path file, String problem, Throwable cause) {
        super(
                "The seed file [" + file + "] " + problem + ". Expected {\"clients\": [{\"id\": 1, \"name\": \"Ada\", "
                        + "\"money\": 10.50}]}; correct the file (in the cluster: the ConfigMap) and start again.",
                cause);
    }
}
