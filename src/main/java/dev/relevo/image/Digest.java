package dev.relevo.image;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 digest as OCI writes it.
 *
 * @param hex 64 lower case hexadecimal digits
 */
public record Digest(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public Digest {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("[" + hex + "] is not a SHA-256 digest: expected 64 hexadecimal digits");
        }
    }

    /** Reads {@code sha256:…}. */
    public static Digest parse(String text) {
        if (!text.startsWith("sha256:")) {
            throw new IllegalArgumentException(
                    "[" + text + "] is not a digest: expected sha256:<64 hexadecimal digits>");
        }
        return new Digest(text.substring("sha256:".length()));
    }

    /** The digest of some bytes. */
    public static Digest of(byte[] content) {
        return of(sha256(), content);
    }

    /** The digest of a text in UTF-8. */
    public static Digest of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static Digest of(MessageDigest finished) {
        return new Digest(HexFormat.of().formatHex(finished.digest()));
    }

    private static Digest of(MessageDigest digest, byte[] content) {
        digest.update(content);
        return of(digest);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "sha256:" + hex;
    }

    // Written out, since the JVM makes those of a record at their first call, which takes milliseconds of every
    // command.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest digest && hex.equals(digest.hex);
    }

    @Override
    public int hashCode() {
        return hex.hashCode();
    }
}
