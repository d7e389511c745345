package dev.relevo.report;

/** What the process tells its caller when it ends. The numbers are a contract with every CI that calls the engine. */
public enum ExitCode {
    DONE(0),
    INTERNAL_ERROR(1),
    USAGE_OR_CONFIGURATION(2),
    TESTS_FAILED(3),
    BUILD_FAILED(4),
    REGISTRY(5),
    CLUSTER_UNREACHABLE_OR_FORBIDDEN(6),
    ROLLED_BACK(7),
    FAILED_NOT_ROLLED_BACK(8),
    DOCTOR_FOUND_PROBLEMS(9),
    REFUSED(10);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The process exit status, 0 to 10. */
    public int number() {
        return number;
    }
}
