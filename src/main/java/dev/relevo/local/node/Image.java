package dev.relevo.local.node;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/**
 * An image as the node needs it.
 *
 * @param digest the manifest's digest, {@code sha256:…}; equal digests mean equal content
 * @param config what the image says about the process to run
 * @param layers the layers, lowest first
 */
public record Image(String digest, ImageConfig config, List<Layer> layers) {
    public Image {
        if (!digest.matches("[a-z0-9]+:[0-9a-f]{32,}")) {
            throw new IllegalArgumentException("[" + digest + "] is not a digest such as sha256:0a1b…");
        }
        Objects.requireNonNull(config, "config");
        layers = List.copyOf(layers);
    }

    /** One layer: a tar archive, plain or compressed with gzip. */
    @FunctionalInterface
    public interface Layer {
        /** A new stream over the archive, which the caller closes. */
        InputStream open() throws IOException;
    }
}
