package dev.relevo.cluster;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes what looks like a credential out of text that somebody else wrote. */
public final class CredentialMask {
    private static final Pattern ASSIGNED = Pattern.compile(
            "(?i)(?<key>[\\w.-]*(?:passw(?:or)?d|pwd|secret|token|api[-_.]?key|access[-_.]?key|credential|authorization)"
                    + "[\\w.-]*)(?<is>[\"']?\\s*[=:]\\s*)(?![\"']?\\*\\*\\*)(?:(?:Bearer|Basic)\\s+)?"
                    + "(?<value>\"[^\"]*\"|'[^']*'|[^\\s,;&]+)");
    private static final Pattern IN_URL = Pattern.compile("([a-z][a-z0-9+.-]*://)[^\\s/@:]+:[^\\s/@]+@");
    private static final Pattern BEARER = Pattern.compile("(?i)\\b(Bearer|Basic)\\s+[A-Za-z0-9._~+/=-]{8,}");

    private static final Pattern SECRET_KEY = Pattern.compile(
            "(?i)passw(or)?d|passphrase|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credential");

    /** Keys that say where a secret is or how long it lasts, as secretName and DB_PASSWORD_FILE do. */
    private static final Pattern REFERENCE = Pattern.compile(
            ".*(?:(?:[a-z0-9](?:Names?|Ref|Path|File|Dir|Seconds|Minutes|Hours|Days|TTL|Ttl|Lifetime|Expiry|Mode|Type|Class))"
                    + "|[-_.](?i:names?|ref|path|file|dir|seconds|minutes|hours|days|ttl|lifetime|expiry|mode|type|class))");

    private static final Pattern SWITCH = Pattern.compile("[\"']?(?i:true|false|null)[\"']?");

    private CredentialMask() {}

    /** Whether a key's name suggests that its value must not be shown. */
    public static boolean looksSecret(String key) {
        return SECRET_KEY.matcher(key).find() && !REFERENCE.matcher(key).matches();
    }

    /** Whether the value under this key must not be shown: a switch such as automountServiceAccountToken may. */
    public static boolean looksSecret(String key, String value) {
        return looksSecret(key) && !SWITCH.matcher(value).matches();
    }

    /** The line with values of secret-looking assignments, passwords in URLs and bearer tokens as {@code ***}. */
    public static String apply(String line) {
        String masked = ASSIGNED.matcher(line).replaceAll(CredentialMask::assignment);
        masked = IN_URL.matcher(masked).replaceAll("$1***@");
        return BEARER.matcher(masked).replaceAll("$1 ***");
    }

    private static String assignment(MatchResult found) {
        String key = found.group(1);
        boolean open = REFERENCE.matcher(key).matches()
                || SWITCH.matcher(found.group(3)).matches();
        return Matcher.quoteReplacement(open ? found.group() : key + found.group(2) + "***");
    }
}
