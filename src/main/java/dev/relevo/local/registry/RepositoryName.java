package dev.relevo.local.registry;

import java.util.regex.Pattern;

/** A repository's name. Its form leaves no room for {@code ..}, and no part of it can begin with the store's own {@code _}. */
record RepositoryName(String value) {
    private static final Pattern FORM =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

    RepositoryName {
        if (value.length() > 255 || !FORM.matcher(value).matches()) {
            throw RegistryRefusal.nameInvalid(value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
