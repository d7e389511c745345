package dev.relevo.local.environment;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/** What can go wrong with the local environment itself. */
public enum LocalError implements ErrorCode {
    /** A port that it used before is in use by another program. */
    PORT_IN_USE("RLV-801"),
    /** The background process ended before it was ready. */
    DID_NOT_START("RLV-802"),
    /** The background process was not ready in time. */
    START_TIMED_OUT("RLV-803"),
    /** Its directory cannot be used. */
    DIRECTORY_UNUSABLE("RLV-804"),
    /** The background process did not end when it was told to. */
    DID_NOT_STOP("RLV-805"),
    /** The directory to be removed holds something else. */
    NOT_AN_ENVIRONMENT("RLV-806"),
    /** It is needed, and it does not run. */
    NOT_RUNNING("RLV-807"),
    /** The PostgreSQL add-on cannot be started or used. */
    POSTGRESQL("RLV-808");

    private final String id;

    LocalError(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ExitCode exit() {
        return this == NOT_AN_ENVIRONMENT ? ExitCode.REFUSED : ExitCode.CLUSTER_UNREACHABLE_OR_FORBIDDEN;
    }
}
