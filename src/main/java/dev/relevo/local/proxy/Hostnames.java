package dev.relevo.local.proxy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Host names as the Gateway API compares them; {@code *.} stands for one label or more, and an empty name for any. */
final class Hostnames {
    private Hostnames() {}

    static boolean covers(String pattern, String host) {
        String name = host.toLowerCase(Locale.ROOT);
        String wanted = pattern.toLowerCase(Locale.ROOT);
        if (wanted.startsWith("*.")) {
            return name.endsWith(wanted.substring(1)) && name.length() > wanted.length() - 1;
        }
        return wanted.isEmpty() || name.equals(wanted);
    }

    /** The names that a listener and a route have in common: for each pair the more special one; none when they exclude each other. */
    static List<String> common(String listener, List<String> route) {
        List<String> names = route.isEmpty() ? List.of("") : route;
        return names.stream()
                .flatMap(name -> narrower(listener, name).map(Stream::of).orElseGet(Stream::empty))
                .distinct()
                .toList();
    }

    private static Optional<String> narrower(String one, String other) {
        if (other.isEmpty() || covers(other, one)) {
            return one.isEmpty() && !other.isEmpty() ? Optional.of(other) : Optional.of(one);
        }
        return covers(one, other) ? Optional.of(other) : Optional.empty();
    }

    /** Smaller for a more special name: exact before wildcard, long before short, any last. */
    static int rank(String name) {
        int kind = name.isEmpty() ? 2 : name.startsWith("*.") ? 1 : 0;
        return kind * 1000 - name.length();
    }
}
