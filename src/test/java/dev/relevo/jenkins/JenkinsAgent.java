package dev.relevo.jenkins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An agent with a workspace and a home of its own. It runs the scripts of {@code sh} for real, the way Jenkins starts them,
 * and an engine that notes what it was called with.
 */
final class JenkinsAgent implements PipelineProgram.Controller {
    /** The hash of the plan that its engine makes. */
    static final String PLAN_HASH = "0123456789abcdef".repeat(4);

    private final Path root;
    private final Set<String> missingSteps = new HashSet<>();
    private final List<String> log = new ArrayList<>();

    JenkinsAgent(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(workspace());
        Files.createDirectories(home());
        Files.createDirectories(root.resolve("bin"));
    }

    Path workspace() {
        return root.resolve("workspace");
    }

    Path home() {
        return root.resolve("home");
    }

    /** Everything that the scripts wrote to stderr, as the log of the build shows it. */
    String log() {
        return String.join("", log);
    }

    JenkinsAgent withoutStep(String name) {
        missingSteps.add(name);
        return this;
    }

    /** Puts an engine on the PATH that prints its command and notes its arguments, and ends as told for one command. */
    JenkinsAgent withEngine(String failingCommand, int exitCode) throws IOException {
        program(root.resolve("bin/relevo"), """
                #!/bin/sh
                printf '%%s\\n' "$*" >> '%1$s/commands'
                printf '%%s' "$RELEVO_ARGS" > '%1$s/arguments'
                if [ "$1" = '%2$s' ]; then echo "no luck with $1" >&2; exit %3$d; fi
                if [ "$1" = deploy ]; then
                    folder=$(printf '%%s' "$RELEVO_ARGS" | sed -n 's/.*"directory":"\\([^"]*\\)".*/\\1/p')
                    mkdir -p "${folder:-.}/.relevo"
                    cat > "${folder:-.}/.relevo/deploy.json" <<'JSON'
                {
                  "apiVersion" : "relevo.dev/v1",
                  "step" : "deploy",
                  "result" : {
                    "app" : "clients",
                    "environment" : "dev",
                    "namespace" : "team-a",
                    "release" : 7,
                    "strategy" : "blue-green"
                  }
                }
                JSON
                fi
                echo "  result of $*"
                case "$1$RELEVO_ARGS" in plan*'"out":'*) echo; echo 'plan sha256: %4$s';; esac
                echo "progress of $*" >&2
                """.formatted(root, failingCommand, exitCode, PLAN_HASH));
        return this;
    }

    JenkinsAgent withEngine() throws IOException {
        return withEngine("nothing", 0);
    }

    /** The commands that the engine was called with, one line each. */
    List<String> commands() throws IOException {
        Path noted = root.resolve("commands");
        return Files.exists(noted) ? Files.readAllLines(noted) : List.of();
    }

    /** The arguments of the engine's last command as they reached it. */
    String arguments() throws IOException {
        return Files.readString(root.resolve("arguments"));
    }

    static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("Cannot make " + file + " a program");
        }
    }

    @Override
    public @Nullable Object carryOut(StepCall call) throws Exception {
        if (missingSteps.contains(call.name())) {
            throw new NoSuchMethodError("No such DSL method '" + call.name() + "' found among steps [echo, sh]");
        }
        return switch (call.name()) {
            case "libraryResource" -> Files.readString(Path.of("resources", String.valueOf(call.argument())));
            case "sh" -> runScript(call);
            case "readFile" -> Files.readString(workspace().resolve(String.valueOf(call.argument())));
            case "error" -> throw new IOException(String.valueOf(call.argument()));
            default -> null;
        };
    }

    // Jenkins writes the script to a file and runs it with -xe unless its first line names an interpreter.
    private String runScript(StepCall call) throws Exception {
        Path script = Files.createTempFile(root, "script", ".sh");
        Files.writeString(script, call.named("script"));
        Path out = Files.createTempFile(root, "script", ".out");
        Path err = Files.createTempFile(root, "script", ".err");
        ProcessBuilder builder = new ProcessBuilder("sh", "-xe", script.toString())
                .directory(workspace().toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> env = builder.environment();
        env.clear();
        env.put("PATH", root.resolve("bin") + ":/usr/bin:/bin");
        env.put("HOME", home().toString());
        env.putAll(call.env());
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("The script did not end: " + Files.readString(err));
        }
        log.add(Files.readString(err, StandardCharsets.UTF_8));
        if (process.exitValue() != 0) {
            throw new IOException("script returned exit code " + process.exitValue());
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }
}
