package dev.relevo.local.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The SHA-256 of some content, 64 lower case hexadecimal digits. Nothing else can become part of a path of the store. */
record BlobDigest(String hex) {
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    BlobDigest {
        if (!FORM.matcher("sha256:" + hex).matches()) {
            throw new IllegalArgumentException("Not a SHA-256 digest: [" + hex + "]");
        }
    }

    static boolean looksLikeOne(String text) {
        return FORM.matcher(text).matches();
    }

    /** @throws RegistryRefusal when the text is not {@code sha256:} and 64 hexadecimal digits */
    static BlobDigest parse(String text) {
        if (!looksLikeOne(text)) {
            throw RegistryRefusal.digestInvalid("expected sha256:<64 hexadecimal digits>, not [" + text + "]");
        }
        return new BlobDigest(text.substring("sha256:".length()));
    }

    static BlobDigest of(byte[] content) {
        return new BlobDigest(HexFormat.of().formatHex(sha256().digest(content)));
    }

    static BlobDigest of(Path file) throws IOException {
        MessageDigest sha256 = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return new BlobDigest(HexFormat.of().formatHex(sha256.digest()));
    }

    private static MessageDigest sha256() {
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
}
