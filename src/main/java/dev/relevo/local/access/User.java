package dev.relevo.local.access;

import java.util.List;
import java.util.Optional;

/**
 * Who makes a request.
 *
 * @param name e.g. {@code system:serviceaccount:shop:deployer}
 * @param uid what tells users of one name apart; may be empty
 * @param groups the groups that he is in
 */
public record User(String name, String uid, List<String> groups) {
    /** The group that may do everything. */
    public static final String MASTERS = "system:masters";

    static final String AUTHENTICATED = "system:authenticated";
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    public User {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A user needs a name");
        }
        groups = List.copyOf(groups);
    }

    /** Somebody who shows no token. */
    public static User anonymous() {
        return new User("system:anonymous", "", List.of("system:unauthenticated"));
    }

    /** A user of that name who may do everything. */
    public static User admin(String name) {
        return new User(name, "", List.of(MASTERS, AUTHENTICATED));
    }

    /** A service account. */
    public static User serviceAccount(String namespace, String account, String uid) {
        return new User(
                SERVICE_ACCOUNT + namespace + ":" + account,
                uid,
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, AUTHENTICATED));
    }

    /** Namespace and name of the service account that a user name stands for. */
    static Optional<String[]> accountOf(String userName) {
        String[] parts = userName.startsWith(SERVICE_ACCOUNT)
                ? userName.substring(SERVICE_ACCOUNT.length()).split(":", -1)
                : new String[0];
        return parts.length == 2 ? Optional.of(parts) : Optional.empty();
    }

    /** Another user as whom somebody acts: a service account is in its groups whoever names it. */
    public static User acting(String name, List<String> groups) {
        if (!groups.isEmpty()) {
            List<String> all = new java.util.ArrayList<>(groups);
            all.add(AUTHENTICATED);
            return new User(name, "", all);
        }
        return accountOf(name)
                .map(account -> serviceAccount(account[0], account[1], ""))
                .orElseGet(() -> new User(name, "", List.of(AUTHENTICATED)));
    }
}
