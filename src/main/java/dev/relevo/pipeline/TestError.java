package dev.relevo.pipeline;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/** Failures of the step {@code test}. */
public enum TestError implements ErrorCode {
    /** At least one test did not pass. */
    TESTS_FAILED("RLV-201"),
    /** The command failed although no report names a failed test. */
    COMMAND_FAILED("RLV-202"),
    /** Nothing was tested. */
    NO_TESTS("RLV-203"),
    /** The run took longer than {@code test.timeout}. */
    TIMED_OUT("RLV-204"),
    /** The command's program is not there. */
    COMMAND_NOT_FOUND("RLV-205"),
    /** There is no file of a known build tool and no {@code test.command}. */
    NO_TOOL("RLV-206"),
    /** A report of this run cannot be read. */
    REPORT_UNREADABLE("RLV-207"),
    /** The run was stopped from outside. */
    STOPPED("RLV-208");

    private final String id;

    TestError(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ExitCode exit() {
        return ExitCode.TESTS_FAILED;
    }
}
