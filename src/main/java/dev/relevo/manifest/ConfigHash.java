package dev.relevo.manifest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The name of a configuration's content: the same keys and bytes give the same hash everywhere, in whatever order they come. */
public final class ConfigHash {
    /** 40 bits: one in a million that two of a thousand versions of one app's configuration share a name. */
    private static final int LENGTH = 10;

    private ConfigHash() {}

    /** The first 10 hexadecimal digits of the SHA-256 over every key and value, each with its length before it. */
    public static String of(Map<String, byte[]> data) {
        MessageDigest digest = sha256();
        new TreeMap<>(data).forEach((key, value) -> {
            add(digest, key.getBytes(StandardCharsets.UTF_8));
            add(digest, value);
        });
        return HexFormat.of().formatHex(digest.digest()).substring(0, LENGTH);
    }

    private static void add(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
