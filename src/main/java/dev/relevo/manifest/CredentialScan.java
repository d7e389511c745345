package dev.relevo.manifest;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Recognises private keys and cloud credentials by their published forms. */
final class CredentialScan {
    private static final Map<String, Pattern> KINDS = kinds();

    private CredentialScan() {}

    /** What kind of credential the data holds, as a noun with its article; empty when none is seen. */
    static Optional<String> find(byte[] data) {
        // Every byte is one character, so that text is found in binary data, too.
        String text = new String(data, StandardCharsets.ISO_8859_1);
        return KINDS.entrySet().stream()
                .filter(kind -> kind.getValue().matcher(text).find())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Map<String, Pattern> kinds() {
        Map<String, String> forms = new LinkedHashMap<>();
        forms.put("a private key", "-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----");
        forms.put("an AWS access key", "(?<![A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])");
        forms.put(
                "an AWS secret key",
                "(?i)aws_?secret_?access_?key[\"']?\\s*[=:]\\s*[\"']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])");
        forms.put("a Google API key", "(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])");
        forms.put("an Azure storage key", "AccountKey=[A-Za-z0-9+/]{86}==");
        forms.put("a GitHub token", "(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})");
        forms.put("a GitLab token", "(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20}");
        forms.put("a Slack token", "(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}");
        forms.put("a Stripe key", "(?<![A-Za-z0-9])[rs]k_live_[A-Za-z0-9]{20,}");
        forms.put("a Vault token", "(?<![A-Za-z0-9])hvs\\.[A-Za-z0-9_-]{24,}");
        Map<String, Pattern> compiled = new LinkedHashMap<>();
        forms.forEach((kind, form) -> compiled.put(kind, Pattern.compile(form)));
        return compiled;
    }
}
