package dev.relevo.registry;

import java.time.Instant;

/**
 * A login that a cloud gives out for its registry, for a while.
 *
 * @param registry host, with its port if it has one
 * @param username who
 * @param password a secret
 * @param expires when it ends
 */
public record CloudLogin(String registry, String username, String password, Instant expires) {
    public CloudLogin {
        if (registry.isBlank() || registry.contains("/")) {
            throw new IllegalArgumentException("A registry is a host, not [" + registry + "]");
        }
        if (username.isBlank() || password.isBlank()) {
            throw new IllegalArgumentException("A login for " + registry + " needs a user name and a password");
        }
    }

    /** The same login for another registry that takes it. */
    public CloudLogin at(String other) {
        return new CloudLogin(other, username, password, expires);
    }

    @Override
    public String toString() {
        return username + " at " + registry + " until " + expires;
    }
}
