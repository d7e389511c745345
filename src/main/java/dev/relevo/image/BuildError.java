package dev.relevo.image;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/** Failures of building an image. */
public enum BuildError implements ErrorCode {
    /** The project does not compile. */
    COMPILATION_FAILED("RLV-301"),
    /** A program that the build needs is not there. */
    PROGRAM_MISSING("RLV-302"),
    /** Neither a JVM project nor a Dockerfile, or the Dockerfile that was named is not there. */
    NOTHING_TO_BUILD("RLV-303"),
    /** No main class, or more than one. */
    MAIN_CLASS("RLV-304"),
    /** The base image cannot be had. */
    BASE_IMAGE("RLV-305"),
    /** An archive that would write outside of its place, or is not an image. */
    ARCHIVE("RLV-306"),
    /** The disk is full. */
    DISK_FULL("RLV-307"),
    /** The Dockerfile's build failed. */
    DOCKERFILE_FAILED("RLV-308"),
    /** The build took longer than {@code build.timeout}. */
    TIMED_OUT("RLV-309"),
    /** The build was stopped from outside. */
    STOPPED("RLV-310"),
    /** A setting of the section {@code build} or {@code image} that this project cannot have. */
    SETTING("RLV-311"),
    /** A file cannot be read or written. */
    FILES("RLV-312");

    private final String id;

    BuildError(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ExitCode exit() {
        return ExitCode.BUILD_FAILED;
    }
}
