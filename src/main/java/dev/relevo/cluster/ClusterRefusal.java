package dev.relevo.cluster;

import dev.relevo.report.Problem;
import java.util.List;
import java.util.regex.Pattern;

/** The API server understood the request and said no in a way that the caller may want to handle. */
public sealed class ClusterRefusal extends RuntimeException {
    /** What helps who lacks a right. */
    public static final String BIND_A_ROLE =
            "Bind a Role with this verb and resource to the user that the message names.";

    private static final long serialVersionUID = 1L;

    private final int status;

    private ClusterRefusal(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** The refusal for the user, where nobody could handle it. */
    public Problem problem() {
        String message = getMessage() == null ? "The cluster refused the request" : getMessage();
        return Problem.of(ClusterError.REFUSED, message).remedy(remedy());
    }

    /** What the user can do about it. */
    String remedy() {
        return "Look at the object with kubectl and run the command again.";
    }

    /** 409: it exists already, was changed meanwhile, or a field belongs to another manager. */
    public static final class Conflict extends ClusterRefusal {
        private static final long serialVersionUID = 1L;

        public Conflict(String message) {
            super(409, message);
        }

        @Override
        String remedy() {
            return "Something else changes the same object: find out what, then run the command again.";
        }
    }

    /** 404 of a write: the object, its namespace or its kind is not there. */
    public static final class NotFound extends ClusterRefusal {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(404, message);
        }

        @Override
        String remedy() {
            return "Create the namespace (or set createNamespace: true), or install what serves this kind.";
        }
    }

    /** 400 or 422: the object is not valid. The message is the server's, with the field. */
    public static final class Invalid extends ClusterRefusal {
        private static final long serialVersionUID = 1L;

        public Invalid(int status, String message) {
            super(status, message);
        }

        @Override
        public Problem problem() {
            Problem problem = super.problem();
            return status() == 422
                    ? new Problem(ClusterError.INVALID_OBJECT, problem.summary(), problem.details(), problem.remedy())
                    : problem;
        }

        @Override
        String remedy() {
            return "Correct the named field in the manifests.";
        }
    }

    /** The object has not the form of its kind: a field that is not there, a value of another type. It can never be accepted. */
    public static final class Malformed extends ClusterRefusal {
        private static final long serialVersionUID = 1L;

        private final String[] others;

        /** @param others what else is wrong, one line each */
        public Malformed(String message, List<String> others) {
            super(500, message);
            this.others = others.toArray(String[]::new);
        }

        @Override
        public Problem problem() {
            Problem problem = super.problem();
            return new Problem(ClusterError.INVALID_OBJECT, problem.summary(), List.of(others), problem.remedy());
        }

        @Override
        String remedy() {
            return "Correct the named field in the manifests; `kubectl explain` shows the fields of a kind.";
        }
    }

    /** 403: not allowed, over quota, or denied by admission. */
    public static final class Forbidden extends ClusterRefusal {
        private static final long serialVersionUID = 1L;

        /** How RBAC says no; quotas and admission have words of their own. */
        private static final Pattern NO_RIGHT = Pattern.compile("User \"[^\"]*\" cannot ");

        public Forbidden(String message) {
            super(403, message);
        }

        @Override
        public Problem problem() {
            Problem problem = super.problem();
            return NO_RIGHT.matcher(problem.summary()).find()
                    ? Problem.of(ClusterError.FORBIDDEN, problem.summary()).remedy(BIND_A_ROLE)
                    : problem;
        }

        @Override
        String remedy() {
            return "Grant the permission, raise the quota, or meet the policy that the message names.";
        }
    }
}
