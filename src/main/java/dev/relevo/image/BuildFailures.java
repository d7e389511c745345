package dev.relevo.image;

import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.util.Locale;

/** What went wrong, told as something that the reader can act upon. */
public final class BuildFailures {
    private BuildFailures() {}

    static RelevoException of(BaseImage base, Throwable failure) {
        if (failure instanceof IOException io && (isDiskFull(io) || io instanceof Archive.UnsafeEntry)) {
            return files("the image", io);
        }
        String name = base instanceof BaseImage.InRegistry remote
                ? remote.reference()
                : base instanceof BaseImage.Tar tar ? tar.file().toString() : "none";
        if (base instanceof BaseImage.None) {
            return Problem.of(BuildError.FILES, "The image cannot be built")
                    .detail(failure.toString())
                    .asException(failure);
        }
        Problem problem = Problem.of(BuildError.BASE_IMAGE, "Base image [" + name + "] cannot be used")
                .detail(text(failure));
        if (failure instanceof RegistryUnauthorizedException) {
            return problem.remedy("Log in to its registry (docker login), or set build.base to an image you may read")
                    .asException(failure);
        }
        return problem.remedy(
                        base instanceof BaseImage.Tar
                                ? "Write it with `docker save`, and check build.base in relevo.yaml"
                                : "Check build.base in relevo.yaml and the way to its registry; `build.base: none` needs no"
                                        + " base on the local environment")
                .asException(failure);
    }

    /**
     * A file that could not be read or written, or a disk that is full.
     *
     * @param what was being written, for the message
     */
    public static RelevoException files(String what, IOException failure) {
        if (isDiskFull(failure)) {
            return Problem.of(BuildError.DISK_FULL, "The disk is full: " + what + " was not written")
                    .detail(text(failure))
                    .detail("What was there before is unchanged")
                    .remedy("Free some space and run the same command again")
                    .asException(failure);
        }
        if (failure instanceof Archive.UnsafeEntry) {
            return Problem.of(BuildError.ARCHIVE, "Refused: " + failure.getMessage())
                    .remedy("Take the archive from a source that you trust; nothing was unpacked from it")
                    .asException(failure);
        }
        return Problem.of(BuildError.FILES, "A file could not be read or written: " + what)
                .detail(text(failure))
                .asException(failure);
    }

    /** The build was interrupted. */
    public static RelevoException stopped() {
        return Problem.of(BuildError.STOPPED, "The build was stopped; no image was written")
                .asException();
    }

    private static boolean isDiskFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("no space left on device") || message.contains("disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }

    private static String text(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
