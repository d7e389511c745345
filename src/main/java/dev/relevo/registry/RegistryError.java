package dev.relevo.registry;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/** Failures of talking to a registry. */
public enum RegistryError implements ErrorCode {
    /** The registry cannot be reached, or went away and did not come back. */
    UNREACHABLE("RLV-401"),
    /** The registry does not know who asks. */
    UNAUTHORIZED("RLV-402"),
    /** The registry knows who asks and says no. */
    FORBIDDEN("RLV-403"),
    /** A tag means another image already. */
    TAG_TAKEN("RLV-404"),
    /** The registry refused what was sent. */
    REFUSED("RLV-405"),
    /** The registry holds something else than what was sent. */
    READ_BACK("RLV-406"),
    /** The built image is not there or not whole. */
    IMAGE_MISSING("RLV-407"),
    /** Credentials are set up but cannot be read. */
    CREDENTIALS("RLV-408"),
    /** The push was stopped from outside. */
    STOPPED("RLV-409"),
    /** The registry does not speak TLS, and plain HTTP is not allowed for it. */
    NOT_SECURE("RLV-410"),
    /** The cloud gives no login for its registry. */
    NO_TOKEN("RLV-411"),
    /** The Secret with the registry's login cannot be refreshed. */
    PULL_SECRET("RLV-412");

    private final String id;

    RegistryError(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ExitCode exit() {
        return ExitCode.REGISTRY;
    }
}
