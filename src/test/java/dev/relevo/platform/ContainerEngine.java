package dev.relevo.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Docker or Podman, by its command line.
 *
 * @param program its name
 */
record ContainerEngine(String program) {
    private static final long MINUTES = 10;

    /** The first one that can really run containers here. */
    static Optional<ContainerEngine> find() {
        return List.of("docker", "podman").stream()
                .map(ContainerEngine::new)
                .filter(ContainerEngine::works)
                .findFirst();
    }

    private boolean works() {
        try {
            return run(List.of("info")).code() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /**
     * What a command of the engine ended with.
     *
     * @param output stdout and stderr
     */
    record Ended(int code, String output) {}

    Ended run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException(command + " did not end within " + MINUTES + " min: " + output);
        }
        return new Ended(process.exitValue(), output);
    }

    /** The output of a command that has to succeed. */
    String must(String... arguments) throws IOException, InterruptedException {
        Ended ended = run(Arrays.asList(arguments));
        if (ended.code() != 0) {
            throw new IOException(program + " " + String.join(" ", arguments) + " ended with " + ended.code() + ":\n"
                    + ended.output());
        }
        return ended.output();
    }

    /** Builds an image. Podman leaves health checks out unless it is told to write Docker's format. */
    void build(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("build"));
        if (program.equals("podman")) {
            command.add("--format=docker");
        }
        command.addAll(Arrays.asList(arguments));
        must(command.toArray(String[]::new));
    }

    /** Runs a command in a container of the image as the platform does: read-only but for /tmp, without any right. */
    String inside(String image, String... command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--rm",
                "--read-only",
                "--no-healthcheck",
                "--cap-drop=ALL",
                "--security-opt=no-new-privileges",
                "--network=none",
                "--tmpfs=/tmp:exec,mode=1777",
                "--entrypoint=" + command[0],
                image));
        arguments.addAll(Arrays.asList(command).subList(1, command.length));
        return must(arguments.toArray(String[]::new));
    }
}
