package dev.relevo.local.registry;

import java.nio.file.Path;
import java.util.List;

/**
 * An image as it lies in the registry's store, ready to be unpacked.
 *
 * @param digest {@code sha256:…} of the image manifest (of the chosen member, when the reference led to an index)
 * @param manifest the manifest's JSON
 * @param config the configuration's JSON
 * @param layers the layers from the lowest to the topmost
 */
public record StoredImage(String digest, String manifest, String config, List<Layer> layers) {
    public StoredImage {
        layers = List.copyOf(layers);
    }

    /**
     * One layer: a tar, compressed as its media type says.
     *
     * @param file the content; it stays valid while the repository holds the image
     */
    public record Layer(String mediaType, String digest, long size, Path file) {}
}
