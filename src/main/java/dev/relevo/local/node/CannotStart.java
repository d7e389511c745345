package dev.relevo.local.node;

/** A container cannot be started now, for a reason that kubelet has a name for. */
final class CannotStart extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    CannotStart(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Configuration that is missing or wrong: {@code CreateContainerConfigError}. */
    static CannotStart config(String message) {
        return new CannotStart("CreateContainerConfigError", message);
    }

    /** The reason of the waiting state. */
    String reason() {
        return reason;
    }
}
