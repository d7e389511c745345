package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.postgres.PostgresAddon;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.platform.running.LoopbackPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The sample service as a candidate's pod runs it, with a real PostgreSQL that can go away. */
final class SampleService implements AutoCloseable {
    private static final Path SOURCES = Path.of("sample-service");
    private static final String NAMESPACE = "default";
    private static final String SECRET = "clients-db";

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectStore store;
    private final PostgresAddon database;
    private final Program.Running process;
    private final String address;

    private SampleService(ObjectStore store, PostgresAddon database, Program.Running process, String address) {
        this.store = store;
        this.database = database;
        this.process = process;
        this.address = address;
    }

    /**
     * Compiles and starts it.
     *
     * @param folder for all its files
     */
    static SampleService start(Path folder) throws Exception {
        Path project = Files.createDirectories(folder.resolve("sample"));
        copy(SOURCES.resolve("src/main"), project.resolve("src/main"));
        Files.copy(SOURCES.resolve("pom.xml"), project.resolve("pom.xml"));
        Path classPath = folder.resolve("class-path");
        Program.Said built = Program.needed("mvn")
                .run(
                        project,
                        "-B",
                        "-q",
                        "compile",
                        "dependency:build-classpath",
                        "-DincludeScope=runtime",
                        "-Dmdep.outputFile=" + classPath);
        assertThat(built.code()).as(built.text()).isZero();

        ObjectStore store = KubernetesStore.open(folder.resolve("objects"));
        PostgresAddon database = new PostgresAddon(store, folder.resolve("postgresql"));
        database.ensureDatabase(NAMESPACE, SECRET, "clients");
        int port = LoopbackPort.free();
        Map<String, String> variables = new HashMap<>(Map.of(
                "RELEASE_TRACK", "candidate",
                "MICRONAUT_SERVER_HOST", "127.0.0.1",
                "MICRONAUT_SERVER_PORT", Integer.toString(port)));
        var login = store.get(ResourceTypes.SECRET.key(NAMESPACE, SECRET))
                .orElseThrow()
                .path("data");
        for (String key : new String[] {"url", "username", "password"}) {
            byte[] value = Base64.getDecoder().decode(login.path(key).asText());
            variables.put("DB_" + key.toUpperCase(Locale.ROOT), new String(value, StandardCharsets.UTF_8));
        }
        Program.Running process = new Program(Path.of(System.getProperty("java.home"), "bin/java"), variables)
                .launch(
                        folder,
                        "-Xmx160m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        project.resolve("target/classes") + ":" + Files.readString(classPath),
                        "dev.relevo.samples.clients.Application");
        SampleService service = new SampleService(store, database, process, "http://127.0.0.1:" + port);
        process.await("ready", () -> service.status("/health/readiness") == 200);
        return service;
    }

    int port() {
        return URI.create(address).getPort();
    }

    void takeItsDatabaseAway() {
        database.close();
    }

    /** The status of the answer, 0 when there was none. */
    int status(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
        try {
            return http.send(
                            (headers.length == 0 ? request : request.headers(headers)).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Asks several times at once and waits for the answers. */
    void use() {
        CompletableFuture.allOf(Stream.generate(() -> http.sendAsync(
                                HttpRequest.newBuilder(URI.create(address + "/clients"))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding()))
                        .limit(10)
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    String metrics() throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(address + "/prometheus"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    @Override
    public void close() throws Exception {
        process.close();
        database.close();
        store.close();
    }
}
