package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Something that the local environment runs beside the app.
 *
 * @param type which add-on; {@code postgresql} is the one there is
 * @param secret name of the Secret that gets the keys url (JDBC), host, port, database, username and password
 * @param database the database to create
 */
public record AddonConfig(Type type, String secret, String database) {
    public AddonConfig {
        Checks.dnsLabel("secret", secret, 63);
        Checks.that(
                database.matches("[a-z_][a-z0-9_]{0,62}"),
                "database",
                database,
                "to be a plain SQL name such as clients");
    }

    /** The add-ons there are. */
    public enum Type {
        @JsonProperty("postgresql")
        POSTGRESQL
    }
}
