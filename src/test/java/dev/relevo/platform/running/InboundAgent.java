package dev.relevo.platform.running;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The agent of compose.yaml as a process: its script, and the program that the controller itself gives to agents. */
final class InboundAgent implements AutoCloseable {
    static final String NAME = "relevo-1";

    private static final Path SCRIPT =
            Path.of("jenkins-image/agent/connect-agent").toAbsolutePath();
    private static final Duration CONNECT = Duration.ofMinutes(3);

    private final Path folder;
    private final Map<String, String> env;
    private Optional<Process> process = Optional.empty();

    /**
     * An agent that is not connected yet.
     *
     * @param variables that the builds on it find
     */
    InboundAgent(Path folder, Path password, Map<String, String> variables) {
        this.folder = folder;
        this.env = new HashMap<>(variables);
        env.put("JENKINS_AGENT_NAME", NAME);
        env.put("JENKINS_AGENT_USER", "agent");
        env.put("JENKINS_AGENT_PASSWORD_FILE", password.toString());
        env.put("JENKINS_AGENT_PROGRAM", folder.resolve("jenkins-agent").toString());
        env.put("JENKINS_AGENT_WORKDIR", folder.resolve("work").toString());
    }

    /** Connects it to a controller and returns when that sees it. */
    void connect(URI controller, JenkinsApi api) throws Exception {
        Files.createDirectories(folder);
        api.download("jnlpJars/agent.jar", folder.resolve("agent.jar"));
        // What the program of this name in the official agent image makes of its variables and arguments.
        Path program = folder.resolve("jenkins-agent");
        Files.writeString(program, """
                #!/bin/sh
                exec '%s' -Xmx256m -jar '%s' -workDir "$JENKINS_AGENT_WORKDIR" "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"), folder.resolve("agent.jar")));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        env.put("JENKINS_URL", controller.toString());
        Path log = folder.resolve("agent.log");
        process = Optional.of(Programs.start(log, env, List.of("sh", SCRIPT.toString())));
        Waiting.until(
                "agent, see " + log,
                CONNECT,
                () -> Optional.of(api.json("computer/" + NAME + "/api/json?tree=offline"))
                        .filter(computer -> !computer.path("offline").asBoolean(true)));
    }

    /** What its health check says. */
    boolean isHealthy() throws Exception {
        return Programs.start(folder.resolve("check.log"), env, List.of("sh", SCRIPT.toString(), "--check"))
                        .waitFor()
                == 0;
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isPresent()) {
            Programs.stop(process.get());
        }
    }
}
