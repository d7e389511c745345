package dev.relevo.pipeline;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/** Failures of what the steps hand to each other. */
public enum StepError implements ErrorCode {
    /** An earlier step that is needed has not run. */
    NOT_RUN("RLV-191"),
    /** An earlier step that is needed has failed. */
    FAILED_BEFORE("RLV-192"),
    /** A step's result is not what this version of the engine writes. */
    UNREADABLE("RLV-193"),
    /** A step's result cannot be written. */
    NOT_WRITABLE("RLV-194");

    private final String id;

    StepError(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ExitCode exit() {
        return ExitCode.USAGE_OR_CONFIGURATION;
    }
}
