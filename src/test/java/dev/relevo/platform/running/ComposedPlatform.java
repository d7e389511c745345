package dev.relevo.platform.running;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The platform as {@code jenkins-image/up} starts it, from a checkout of its own: with the files of this one, but a small
 * service in the sample's place. Its images, containers and volumes have names of their own.
 */
public final class ComposedPlatform implements AutoCloseable {
    private static final String PROGRAM = "PLATFORM_TEST_COMPOSE";
    private static final String VERSION = "0.0.0-test";
    private static final List<String> PORTS =
            List.of("JENKINS_PORT", "REGISTRY_PORT", "POSTGRESQL_PORT", "HAPROXY_PORT", "HAPROXY_STATS_PORT");

    private final String program = Optional.ofNullable(System.getenv(PROGRAM)).orElseThrow();
    private final Map<String, String> env = new HashMap<>();
    private final Path checkout;

    private ComposedPlatform(Path folder) throws Exception {
        Repository repository = Repository.create(folder.resolve("relevo"), "git://git/relevo");
        checkout = repository.folder();
        repository.copyFromCheckout(
                ".gitignore", "jenkins-image", "vars", "resources", Platform.SAMPLE + "/Jenkinsfile*");
        // Only its version is looked at.
        Files.writeString(checkout.resolve("pom.xml"), "<project>\n<version>" + VERSION + "</version>\n</project>\n");
        Greeting.in(checkout.resolve(Platform.SAMPLE), "clients", "small").version("composed");
        StandInKubectl.expectIn(checkout.resolve("jenkins-image/agent/kubectl.sha256"));
        repository.commit("A checkout with a small sample");
        Files.copy(
                Engine.distribution().orElseThrow(),
                Files.createDirectories(checkout.resolve("target")).resolve("relevo-" + VERSION + ".tar.gz"));

        // The server with kubectl is on loopback.
        Path more = Files.writeString(
                folder.resolve("more.yaml"), "services:\n  agent:\n    build:\n      network: host\n");
        env.put("COMPOSE", program + " --project-directory " + checkout.resolve("jenkins-image") + " -f " + more);
        env.put("COMPOSE_PROJECT_NAME", "relevo-test-" + ProcessHandle.current().pid());
        env.put("COMPOSE_PROFILES", "haproxy");
        for (String port : PORTS) {
            env.put(port, String.valueOf(LoopbackPort.free()));
        }
    }

    /** What has to be given before it can start. */
    public static Optional<String> missing() throws IOException {
        if (System.getenv(PROGRAM) == null) {
            return Optional.of(
                    PROGRAM + " is not set; set it to the program that reads compose files, such as docker compose,"
                            + " whose engine has the images that compose.yaml and the Dockerfiles name, or stand-ins for them");
        }
        return Engine.missing();
    }

    /**
     * Starts it.
     *
     * @param folder that gets the checkout
     */
    public static ComposedPlatform start(Path folder) throws Exception {
        ComposedPlatform platform = new ComposedPlatform(folder);
        try {
            platform.up();
        } catch (Exception | AssertionError e) {
            platform.close();
            throw e;
        }
        return platform;
    }

    /** Starts what does not run, and returns when everything says that it is well. */
    public void up() throws Exception {
        try (StandInKubectl kubectl = StandInKubectl.serve()) {
            env.put("KUBECTL_URL", kubectl.address());
            Programs.run(
                    checkout, env, List.of(checkout.resolve("jenkins-image/up").toString()));
        }
    }

    /** Removes the containers, but not what they keep. */
    public void down() throws Exception {
        compose("down");
    }

    /** The services that run, with their health and ports. */
    public List<JsonNode> services() throws Exception {
        List<JsonNode> services = new ArrayList<>();
        // One object on each line.
        for (String line : compose("ps", "--format", "json").lines().toList()) {
            services.add(new ObjectMapper().readTree(line));
        }
        return services;
    }

    /** Jenkins for the administrator whose password was made at the first start. */
    public JenkinsApi jenkins() throws IOException {
        return new JenkinsApi(
                address("JENKINS_PORT"),
                "admin",
                Files.readString(checkout.resolve("jenkins-image/.secrets/admin-password")));
    }

    /**
     * Where a service answers on this machine.
     *
     * @param port the variable that says its port
     */
    public URI address(String port) {
        return URI.create("http://127.0.0.1:" + env.get(port) + "/");
    }

    // By the project's name alone, as the documentation stops it.
    private String compose(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.split(" ")));
        command.addAll(List.of("--project-name", String.valueOf(env.get("COMPOSE_PROJECT_NAME"))));
        command.addAll(List.of(words));
        return Programs.run(checkout, Map.of(), command);
    }

    @Override
    public void close() throws Exception {
        compose("down", "--volumes");
    }
}
