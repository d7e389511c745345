package dev.relevo.local.schema;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The addresses of a /16 network, lowest first.
 *
 * @param prefix its first two numbers, e.g. {@code 127.96}
 */
record Ipv4Range(String prefix) implements ClusterIps {
    private static final Pattern REST =
            Pattern.compile("\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)");
    private static final int SIZE = 1 << 16;

    Ipv4Range {
        if (!prefix.matches("\\d{1,3}\\.\\d{1,3}")) {
            throw new IllegalArgumentException("[" + prefix + "] must be the first two numbers of an IPv4 network");
        }
    }

    @Override
    public Optional<String> allocate(Set<String> taken) {
        for (int i = 1; i < SIZE - 1; i++) {
            String address = prefix + "." + (i >> 8) + "." + (i & 255);
            if (!taken.contains(address)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean contains(String address) {
        return address.startsWith(prefix + ".")
                && REST.matcher(address.substring(prefix.length())).matches();
    }
}
