package dev.relevo.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a registry asks for with {@code WWW-Authenticate} (RFC 9110 and the distribution project's token authentication). */
sealed interface Challenge {
    /** A user name and password with every request. */
    record Basic() implements Challenge {}

    /** A token that another server gives out. */
    record Bearer(String realm, Optional<String> service, Optional<String> scope) implements Challenge {}

    Pattern PARAMETER = Pattern.compile("([a-zA-Z_]+)\\s*=\\s*(?:\"([^\"]*)\"|([^,\\s]+))");

    /** The first challenge that can be met; a token is preferred to a password. */
    static Optional<Challenge> of(List<String> headers) {
        Optional<Challenge> basic = Optional.empty();
        for (String header : headers) {
            String scheme = header.strip().toLowerCase(Locale.ROOT);
            if (scheme.startsWith("bearer")) {
                Map<String, String> values = new LinkedHashMap<>();
                Matcher matcher = PARAMETER.matcher(header);
                while (matcher.find()) {
                    String quoted = matcher.group(2);
                    values.put(matcher.group(1).toLowerCase(Locale.ROOT), quoted == null ? matcher.group(3) : quoted);
                }
                if (values.containsKey("realm")) {
                    return Optional.of(new Bearer(
                            values.getOrDefault("realm", ""),
                            Optional.ofNullable(values.get("service")),
                            Optional.ofNullable(values.get("scope"))));
                }
            } else if (scheme.startsWith("basic")) {
                basic = Optional.of(new Basic());
            }
        }
        return basic;
    }
}
