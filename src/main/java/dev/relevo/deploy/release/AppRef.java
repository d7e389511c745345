package dev.relevo.deploy.release;

/**
 * Which app is meant.
 *
 * @param app its name
 * @param namespace where it lives
 */
public record AppRef(String app, String namespace) {
    /** As people say it. */
    @Override
    public String toString() {
        return "[" + app + "] in [" + namespace + "]";
    }
}
