package dev.relevo.report;

/** Ends a step with a {@link Problem} that is meant for the user. Anything else that is thrown is a bug of the engine. */
public final class RelevoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial")
    private final Problem problem;

    public RelevoException(Problem problem) {
        super(problem.code().id() + ": " + problem.summary());
        this.problem = problem;
    }

    public RelevoException(Problem problem, Throwable cause) {
        super(problem.code().id() + ": " + problem.summary(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
