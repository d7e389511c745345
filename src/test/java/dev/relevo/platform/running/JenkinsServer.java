package dev.relevo.platform.running;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Jenkins from its war and a folder of plugins, in a home of its own, configured by the files of the image. */
final class JenkinsServer implements AutoCloseable {
    // On two busy cores the first start of a home takes minutes.
    private static final Duration START = Duration.ofMinutes(8);
    private static final Path CONFIGURATION = Path.of("jenkins-image/casc").toAbsolutePath();

    private final Path war;
    private final Path folder;
    private final int port;
    private final Map<String, String> env;
    private Optional<Process> process = Optional.empty();

    /**
     * A controller that is not started yet.
     *
     * @param env what is to differ from the configuration's own defaults
     */
    JenkinsServer(Path war, Path plugins, Path folder, Map<String, String> env) throws IOException {
        this.war = war;
        this.folder = folder;
        this.port = LoopbackPort.free();
        Path installed = Files.createDirectories(folder.resolve("home/plugins"));
        try (Stream<Path> files = Files.list(plugins)) {
            for (Path file :
                    files.filter(file -> file.toString().matches(".*\\.[hj]pi")).toList()) {
                String name = file.getFileName().toString().replaceFirst("\\.hpi$", ".jpi");
                Files.copy(file, installed.resolve(name));
            }
        }
        this.env = new HashMap<>(env);
        this.env.put("JENKINS_HOME", folder.resolve("home").toString());
        this.env.put("JENKINS_PUBLIC_URL", address().toString());
        this.env.put("CASC_HOME", CONFIGURATION.toString());
        List<String> parts = new ArrayList<>(List.of("controller", "inbound-agent", "credentials/registry.yaml"));
        if (Files.exists(installed.resolve("prometheus.jpi")) && Files.exists(installed.resolve("opentelemetry.jpi"))) {
            parts.add("monitoring");
        }
        this.env.put(
                "CASC_JENKINS_CONFIG",
                String.join(
                        ",",
                        parts.stream()
                                .map(part -> CONFIGURATION.resolve(part).toString())
                                .toList()));
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** Starts it and returns when it can be used. */
    void start(JenkinsApi api) throws Exception {
        Process started = Programs.start(
                log(),
                env,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Djenkins.install.runSetupWizard=false",
                        "-Dhudson.model.UpdateCenter.never=true",
                        "-Dhudson.model.DownloadService.never=true",
                        "-jar",
                        war.toString(),
                        "--httpListenAddress=127.0.0.1",
                        "--httpPort=" + port,
                        "--webroot=" + folder.resolve("war")));
        process = Optional.of(started);
        Waiting.until("Jenkins, see " + log(), START, () -> {
            if (!started.isAlive()) {
                throw new IOException("Jenkins ended with " + started.exitValue() + ", see " + log());
            }
            return api.isUp() ? Optional.of(started) : Optional.empty();
        });
    }

    /** Asks it to end, as a new version of its image does, and waits until it has. */
    void stop() throws InterruptedException {
        if (process.isPresent()) {
            Programs.stop(process.get());
            process = Optional.empty();
        }
    }

    Path log() {
        return folder.resolve("jenkins.log");
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
