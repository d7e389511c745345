package dev.relevo.image;

import java.util.Optional;

/** Finds the user name and password for a registry. */
@FunctionalInterface
public interface RegistryLogin {
    /** A user name with its password. */
    record Login(String username, String password) {}

    /** The login for {@code host[:port]}; empty where none is set up. */
    Optional<Login> find(String registry);
}
