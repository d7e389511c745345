package dev.relevo.cluster;

/** The API server understood the request and said no in a way that the caller may want to handle. */
public sealed class ClusterRefusal extends RuntimeException {
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

    /** 409: it exists already, was changed meanwhile, or a field belongs to another manager. */
    public static final class Conflict extends ClusterRefusal {
        private static final long serialVersionUID = 1L;

        public Conflict(String message) {
            super(409, message);
        }
    }

    /** 404 of a write: the object, its namespace or its kind is not there. */
    public static final class NotFound extends ClusterRefusal {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(404, message);
        }
    }

    /** 400 or 422: the object is not valid. The message is the server's, with the field. */
    public static final class Invalid extends ClusterRefusal {
        private static final long serialVersionUID = 1L;

        public Invalid(int status, String message) {
            super(status, message);
        }
    }

    /** 403: not allowed, over quota, or denied by admission. */
    public static final class Forbidden extends ClusterRefusal {
        private static final long serialVersionUID = 1L;

        public Forbidden(String message) {
            super(403, message);
        }
    }
}
