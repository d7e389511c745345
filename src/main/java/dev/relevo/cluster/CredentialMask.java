package dev.relevo.cluster;

import java.util.regex.Pattern;

/** Takes what looks like a credential out of text that somebody else wrote. */
public final class CredentialMask {
    private static final Pattern ASSIGNED = Pattern.compile(
            "(?i)([\\w.-]*(?:passw(?:or)?d|pwd|secret|token|api[-_.]?key|access[-_.]?key|credential|authorization)[\\w.-]*"
                    + "[\"']?\\s*[=:]\\s*)(?![\"']?\\*\\*\\*)(?:(?:Bearer|Basic)\\s+)?(\"[^\"]*\"|'[^']*'|[^\\s,;&]+)");
    private static final Pattern IN_URL = Pattern.compile("([a-z][a-z0-9+.-]*://)[^\\s/@:]+:[^\\s/@]+@");
    private static final Pattern BEARER = Pattern.compile("(?i)\\b(Bearer|Basic)\\s+[A-Za-z0-9._~+/=-]{8,}");

    private static final Pattern SECRET_KEY = Pattern.compile(
            "(?i)passw(or)?d|passphrase|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credential");

    private CredentialMask() {}

    /** Whether a key's name suggests that its value must not be shown. */
    public static boolean looksSecret(String key) {
        return SECRET_KEY.matcher(key).find();
    }

    /** The line with values of secret-looking assignments, passwords in URLs and bearer tokens as {@code ***}. */
    public static String apply(String line) {
        String masked = ASSIGNED.matcher(line).replaceAll("$1***");
        masked = IN_URL.matcher(masked).replaceAll("$1***@");
        return BEARER.matcher(masked).replaceAll("$1 ***");
    }
}
