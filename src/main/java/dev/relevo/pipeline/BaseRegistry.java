package dev.relevo.pipeline;

import dev.relevo.image.BaseImage;

/** Where a base image comes from. */
final class BaseRegistry {
    private BaseRegistry() {}

    /** Whether its registry is on this machine, where plain HTTP tells nobody anything. */
    static boolean isLoopback(BaseImage base) {
        return base instanceof BaseImage.InRegistry remote
                && remote.reference().matches("(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]+)?/.*");
    }
}
