package dev.relevo.jenkins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The script that finds the engine, run on an agent of its own: a folder with a home and programs. */
final class EngineScript {
    private static final Path SCRIPT =
            Path.of("resources/dev/relevo/jenkins/engine.sh").toAbsolutePath();

    private final Path folder;

    EngineScript(Path folder) {
        this.folder = folder;
    }

    /** How a run ended. */
    record Run(String out, String err, int status, long pid) {}

    /** The shells of this machine. */
    static Stream<String> shells() {
        return Stream.of("sh", "dash", "bash", "busybox sh", "ksh", "zsh --emulate sh")
                .filter(shell -> Stream.of("/bin/", "/usr/bin/")
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin + shell.split(" ")[0]))));
    }

    /** Runs the script to its end. */
    Run run(String shell, Map<String, String> env, String... words) throws Exception {
        return finish(start(shell, env, List.of(words)));
    }

    /** Starts the script, with these variables over those that every agent has. */
    Process start(String shell, Map<String, String> env, List<String> words) throws IOException {
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        command.add(SCRIPT.toString());
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        builder.environment().put("HOME", folder.resolve("home dir").toString());
        builder.environment().putAll(env);
        return builder.start();
    }

    static Run finish(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(out, err, process.exitValue(), process.pid());
    }

    /** An engine that prints its name and what it was called with. */
    static String engine(String name) {
        return "#!/bin/sh\necho \"" + name + ": $*\"\n";
    }

    /** Puts such an engine into the agent's folder. */
    void program(String path, String name) throws IOException {
        JenkinsAgent.program(folder.resolve(path), engine(name));
    }

    /** A PATH with what the script may use on any agent, without the named. */
    String toolsWithout(String... missing) throws IOException {
        Path tools = Files.createTempDirectory(folder, "tools");
        List<String> names = new ArrayList<>(List.of(
                "sh", "cat", "chmod", "curl", "cut", "dd", "flock", "gzip", "mkdir", "mktemp", "mv", "openssl", "rm"));
        names.addAll(List.of("sed", "sha256sum", "shasum", "tar", "tr", "wget"));
        names.removeAll(List.of(missing));
        for (String name : names) {
            Optional<Path> program = Stream.of("/bin", "/usr/bin")
                    .map(bin -> Path.of(bin, name))
                    .filter(Files::isExecutable)
                    .findFirst();
            if (program.isPresent()) {
                JenkinsAgent.program(tools.resolve(name), "#!/bin/sh\nexec " + program.get() + " \"$@\"\n");
            }
        }
        return tools.toString();
    }
}
