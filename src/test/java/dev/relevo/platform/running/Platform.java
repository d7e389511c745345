package dev.relevo.platform.running;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The platform on this machine: Jenkins with the configuration of the image, its agent, git with the library and a project,
 * and the engine with a local environment as the target.
 */
public final class Platform implements AutoCloseable {
    /** The project's folder in the repository of samples. */
    public static final String SAMPLE = "sample-service";

    // One for each build that waits for a lock, and one for who holds it.
    private static final int EXECUTORS = 6;

    private static final String WAR = "JENKINS_WAR";
    private static final String PLUGINS = "JENKINS_PLUGINS";

    private final List<AutoCloseable> running = new ArrayList<>();
    private final Path folder;
    private final Engine engine;
    private final GitServer git;
    private final Map<String, String> secrets = new TreeMap<>();
    private final Repository samples;
    private final Greeting sample;
    private final Repository greetings;
    private final Repository wholeSample;
    private final JenkinsServer server;
    private final JenkinsApi api;
    private final InboundAgent agent;

    private Platform(Path folder) throws Exception {
        this.folder = folder;
        engine = Engine.unpack(Engine.distribution().orElseThrow(), folder.resolve("engine"));
        running.add(() -> engine.run(folder, "local", "reset"));

        git = new GitServer(folder.resolve("git"));
        running.add(git);
        Repository library = git.repository("library");
        library.copyFromCheckout("vars", "resources");
        String version = library.commit("The library of this checkout");
        samples = git.repository("samples");
        samples.copyFromCheckout(SAMPLE + "/Jenkinsfile*");
        sample = Greeting.in(samples.folder().resolve(SAMPLE), "clients", "small");
        samples.commit("A small service with the Jenkinsfiles of the sample");
        greetings = git.repository("greetings");
        wholeSample = git.repository("whole-sample");
        wholeSample.copyFromCheckout(SAMPLE);
        wholeSample.commit("The sample of this checkout");

        Path keys = Files.createDirectories(folder.resolve("secrets"));
        for (String name : List.of("admin-password", "agent-password", "prometheus-password", "registry-password")) {
            secrets.put(name, random());
            Files.writeString(keys.resolve(name), secret(name));
        }
        Files.writeString(keys.resolve("registry-username"), "robot");
        server = new JenkinsServer(
                variable(WAR),
                variable(PLUGINS),
                folder.resolve("controller"),
                Map.of(
                        "SECRETS", keys.toString(),
                        "LIBRARY_REPOSITORY", library.address(),
                        "LIBRARY_VERSION", version,
                        "SAMPLES_REPOSITORY", samples.address(),
                        "INBOUND_AGENT_EXECUTORS", String.valueOf(EXECUTORS),
                        "INBOUND_AGENT_FOLDER", folder.resolve("agent/work").toString()));
        running.add(server);
        api = new JenkinsApi(server.address(), "admin", secret("admin-password"));
        agent = new InboundAgent(folder.resolve("agent"), keys.resolve("agent-password"), engine.variables());
        running.add(agent);
    }

    private void start() throws Exception {
        git.start();
        server.start(api);
        agent.connect(server.address(), api);
    }

    /** What has to be given before it can start. */
    public static Optional<String> missing() throws IOException {
        if (System.getenv(WAR) == null || System.getenv(PLUGINS) == null) {
            return Optional.of(
                    WAR + " and " + PLUGINS + " are not both set; set them to Jenkins' war and to a folder with"
                            + " its plugins, as jenkins-image/download makes them");
        }
        return Engine.missing();
    }

    /**
     * Starts it with what the environment gives.
     *
     * @param folder that gets everything it keeps
     */
    public static Platform start(Path folder) throws Exception {
        Platform platform = new Platform(folder);
        try {
            platform.start();
        } catch (Exception | AssertionError e) {
            platform.close();
            throw e;
        }
        return platform;
    }

    public JenkinsApi jenkins() {
        return api;
    }

    /** The engine, to be run by hand. */
    public Engine engine() {
        return engine;
    }

    /** The repository that the samples' jobs build: a small service in the sample's place, with the sample's Jenkinsfiles. */
    public Repository samples() {
        return samples;
    }

    /** Makes a new version of the sample's stand-in. */
    public void sample(String version) throws Exception {
        sample.version(version);
        samples.commit("Version " + version);
    }

    /** A repository with the sample service itself. */
    public Repository wholeSample() {
        return wholeSample;
    }

    /** A repository with the same service at its top, and no Jenkinsfile. */
    public Repository greetings() {
        return greetings;
    }

    /**
     * The service there, written anew.
     *
     * @param namespace where it is to run
     */
    public Greeting greeting(String namespace) throws IOException {
        return Greeting.in(greetings.folder(), "greeting", namespace);
    }

    /** Ends the controller as an update does, and starts it again with all that it keeps. */
    public void restartController() throws Exception {
        server.stop();
        server.start(api);
    }

    public boolean agentIsHealthy() throws Exception {
        return agent.isHealthy();
    }

    /** The content of a secret file. */
    public String secret(String name) {
        return Optional.ofNullable(secrets.get(name)).orElseThrow();
    }

    /** Everything that nobody may read in a log, by name. */
    public Map<String, String> secrets() throws Exception {
        Map<String, String> all = new TreeMap<>(secrets);
        all.put("token of the cluster", engine.clusterToken());
        all.put(
                "secret of the agent",
                api.text("computer/" + InboundAgent.NAME + "/jenkins-agent.jnlp")
                        .replaceAll("(?s).*?<argument>([0-9a-f]{64})</argument>.*", "$1"));
        return all;
    }

    /** The log of the controller itself. */
    public String controllerLog() throws IOException {
        return Files.readString(server.log());
    }

    /** Files with this name on the agent or the controller. */
    public List<Path> filesNamed(String name) throws IOException {
        try (Stream<Path> all = Files.find(
                folder,
                Integer.MAX_VALUE,
                (path, attributes) -> path.getFileName().toString().equals(name))) {
            return all.toList();
        }
    }

    /** The body of what the service answers. */
    public static String answer(String address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    /** Waits until one of the answers is this one. */
    public static void answers(String address, String body) throws Exception {
        Waiting.until(
                "answer [" + body + "] of " + address,
                Duration.ofMinutes(3),
                () -> answer(address).equals(body) ? Optional.of(body) : Optional.empty());
    }

    private static Path variable(String name) {
        return Path.of(Optional.ofNullable(System.getenv(name)).orElseThrow());
    }

    private static String random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() throws Exception {
        Optional<Exception> failure = Optional.empty();
        for (int i = running.size() - 1; i >= 0; i--) {
            try {
                running.get(i).close();
            } catch (Exception e) {
                failure = Optional.of(e);
            }
        }
        running.clear();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }
}
