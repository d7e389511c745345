package dev.relevo.cli.command;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/** Failures of the engine itself. */
enum CliError implements ErrorCode {
    /** Something was thrown that no part of the engine foresaw. */
    UNEXPECTED("RLV-901", ExitCode.INTERNAL_ERROR),
    /** The run was stopped from outside. */
    STOPPED("RLV-902", ExitCode.INTERNAL_ERROR),
    /** The library that called is of another version than the engine. */
    VERSION_MISMATCH("RLV-903", ExitCode.USAGE_OR_CONFIGURATION);

    private final String id;
    private final ExitCode exit;

    CliError(String id, ExitCode exit) {
        this.id = id;
        this.exit = exit;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ExitCode exit() {
        return exit;
    }
}
