package dev.relevo.image;

import java.nio.file.Path;

/** What an image stands on. */
public sealed interface BaseImage {
    /** Nothing: whoever runs the image brings the Java. */
    record None() implements BaseImage {}

    /**
     * An image in a registry.
     *
     * @param reference as users write it
     */
    record InRegistry(String reference) implements BaseImage {
        /** Whether the reference can only ever mean this one image. */
        public boolean pinned() {
            return reference.contains("@sha256:");
        }
    }

    /** An archive that {@code docker save} wrote. */
    record Tar(Path file) implements BaseImage {}
}
