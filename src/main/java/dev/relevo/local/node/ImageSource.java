package dev.relevo.local.node;

import java.io.IOException;
import java.util.Optional;

/** Where the node finds images. References are as they stand in a manifest. */
@FunctionalInterface
public interface ImageSource {
    /**
     * The image that a reference names now.
     *
     * @return empty when the source was asked and has no such image
     * @throws IOException when the source could not be asked
     */
    Optional<Image> resolve(String reference) throws IOException;
}
