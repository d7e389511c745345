package dev.relevo.config;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/** What can be wrong with a configuration, or with a call of the command line. */
public enum ConfigError implements ErrorCode {
    /** There is no relevo.yaml. */
    MISSING_FILE("RLV-101"),
    /** A file cannot be read, or is no YAML. */
    UNREADABLE_FILE("RLV-102"),
    /** A key or value that the schema does not know or allow. */
    INVALID_CONFIGURATION("RLV-103"),
    /** The environment asked for is not in the file. */
    UNKNOWN_ENVIRONMENT("RLV-104"),
    /** A file would be overwritten. */
    FILE_EXISTS("RLV-105"),
    /** The command line itself is wrong. */
    USAGE("RLV-106");

    private final String id;

    ConfigError(String id) {
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
