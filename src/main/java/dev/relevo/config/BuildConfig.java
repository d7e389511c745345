package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the image is built.
 *
 * @param builder which builder
 * @param command what compiles a JVM project; empty to find out
 * @param base base image: a reference, the path of a Docker tar, or {@code none}
 * @param platforms {@code os/architecture} each
 * @param dockerfile path of the Dockerfile; empty for {@code Dockerfile} where there is one
 * @param context build context of the Dockerfile
 * @param args build arguments of the Dockerfile
 * @param target stage of the Dockerfile
 * @param mainClass the JVM main class; empty to find out
 * @param jvmFlags flags of the JVM in the entry point
 * @param ports ports to declare
 * @param user numeric user, {@code uid} or {@code uid:gid}
 * @param labels labels to add
 * @param env environment variables to add
 * @param timeout after which the build is stopped
 */
public record BuildConfig(
        @JsonPropertyDescription("auto, jib, docker, buildah or buildctl.")
        Builder builder,

        @JsonPropertyDescription(
                "Command and arguments that compile a JVM project; without it the build tool is found.")
        List<String> command,

        @JsonPropertyDescription(
                "Base image: a reference, the path of a Docker tar, or none (the local environment's JDK).")
        String base,

        @JsonPropertyDescription("Platforms such as linux/amd64, where the base image offers them.")
        List<String> platforms,

        @JsonPropertyDescription("Path of the Dockerfile.") Optional<String> dockerfile,

        @JsonPropertyDescription("Build context of the Dockerfile.")
        String context,

        @JsonPropertyDescription("Build arguments of the Dockerfile.")
        Map<String, String> args,

        @JsonPropertyDescription("Stage of the Dockerfile.") Optional<String> target,

        @JsonPropertyDescription("Main class of a JVM project; without it, it is found.")
        Optional<String> mainClass,

        @JsonPropertyDescription("Flags of the JVM in the image's entry point.")
        List<String> jvmFlags,

        @JsonPropertyDescription("Ports that the image declares.")
        List<Integer> ports,

        @JsonPropertyDescription("Numeric user (and group) of the process, e.g. 65532:65532.")
        String user,

        @JsonPropertyDescription("Labels of the image.") Map<String, String> labels,

        @JsonPropertyDescription("Environment variables of the image.")
        Map<String, String> env,

        @JsonPropertyDescription("A build that takes longer is stopped, e.g. 30m.")
        Duration timeout) {
    public BuildConfig {
        command = List.copyOf(command);
        platforms = List.copyOf(platforms);
        for (String platform : platforms) {
            Checks.that(
                    platform.matches("[a-z0-9]+/[a-z0-9]+(/[a-z0-9]+)?"),
                    "build.platforms",
                    platform,
                    "os/architecture, e.g. linux/amd64");
        }
        args = Map.copyOf(args);
        jvmFlags = List.copyOf(jvmFlags);
        ports = List.copyOf(ports);
        for (int port : ports) {
            Checks.port("build.ports", port);
        }
        Checks.that(
                user.matches("[0-9]+(:[0-9]+)?"), "build.user", user, "a numeric user such as 65532 or 65532:65532");
        labels = Map.copyOf(labels);
        env = Map.copyOf(env);
        Checks.positive("build.timeout", timeout);
    }

    /** The value of {@link #base} that means: no base, the node's own JDK runs it. */
    public static final String NO_BASE = "none";

    /** Who builds. */
    public enum Builder {
        @JsonProperty("auto")
        AUTO,
        @JsonProperty("jib")
        JIB,
        @JsonProperty("docker")
        DOCKER,
        @JsonProperty("buildah")
        BUILDAH,
        @JsonProperty("buildctl")
        BUILDCTL
    }
}
