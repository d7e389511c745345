package dev.relevo.local.postgres;

/** The database server cannot be started or used; the message says why and what helps. */
public class PostgresFailure extends Exception {
    private static final long serialVersionUID = 1;

    PostgresFailure(String message) {
        super(message);
    }

    PostgresFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
