package dev.relevo.config;

import java.time.Duration;

/** What the records' constructors check; a violation names the key, the value and what was expected. */
final class Checks {
    private Checks() {}

    static void that(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new InvalidValue(key, String.valueOf(value), expected);
        }
    }

    static void dnsLabel(String key, String value, int longest) {
        that(
                value.length() <= longest && value.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?"),
                key,
                value,
                "lower case letters, digits and dashes, at most " + longest + " characters");
    }

    static void port(String key, int value) {
        that(value >= 1 && value <= 65535, key, value, "1 to 65535");
    }

    static void positive(String key, Duration value) {
        that(!value.isNegative() && !value.isZero(), key, value, "a time such as 30s or 5m, more than 0");
    }

    static void notNegative(String key, Duration value) {
        that(!value.isNegative(), key, value, "a time such as 30s or 5m");
    }
}
