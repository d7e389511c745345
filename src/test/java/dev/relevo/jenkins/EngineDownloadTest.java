package dev.relevo.jenkins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The script that fetches the engine")
class EngineDownloadTest {
    private static final List<String> CHECKERS = List.of("sha256sum", "shasum", "openssl");

    @TempDir
    Path folder;

    private EngineScript script;
    private HttpServer server;
    private final ExecutorService requests = Executors.newCachedThreadPool();
    private final AtomicInteger downloads = new AtomicInteger();
    private byte[] served = new byte[0];

    @BeforeEach
    void aServerThatServesAnEngine() throws Exception {
        script = new EngineScript(folder);
        served = archive("engine-1/bin/relevo", "fetched");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(requests);
        server.createContext("/engine", exchange -> {
            downloads.incrementAndGet();
            exchange.sendResponseHeaders(200, served.length);
            try (var body = exchange.getResponseBody()) {
                body.write(served);
            }
        });
        server.start();
    }

    @AfterEach
    void stopTheServer() {
        server.stop(0);
        requests.shutdownNow();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/engine";
    }

    private Path engines() {
        return folder.resolve("home dir/.cache/relevo/engines");
    }

    private Map<String, String> fetching() throws Exception {
        return new HashMap<>(Map.of("RELEVO_URL", url(), "RELEVO_SHA256", sha256(served)));
    }

    @ParameterizedTest
    @MethodSource("dev.relevo.jenkins.EngineScript#shells")
    @NeedsCurl
    void fetchesTheEngineInEveryShell(String shell) throws Exception {
        var run = script.run(shell, fetching(), "build");

        assertThat(run.out()).as(run.err()).isEqualTo("fetched: build\n");
    }

    @Test
    void prefersTheEngineOnThePathToADownload() throws Exception {
        script.program("bin/relevo", "on the PATH");

        assertThat(script.run("sh", fetching(), "build").out()).isEqualTo("on the PATH: build\n");
        assertThat(downloads).hasValue(0);
    }

    @Test
    @NeedsCurl
    void fetchesTheEngineOncePerAgent() throws Exception {
        var first = script.run("sh", fetching(), "test");
        var second = script.run("sh", fetching(), "build");

        assertThat(first.out()).isEqualTo("fetched: test\n");
        assertThat(first.err()).isEqualTo("relevo: fetching the engine from " + url() + "\n");
        assertThat(second.out()).isEqualTo("fetched: build\n");
        assertThat(second.err()).isEmpty();
        assertThat(downloads).hasValue(1);
    }

    @Test
    @NeedsCurl
    void fetchesAnotherEngineForAnotherChecksum() throws Exception {
        script.run("sh", fetching(), "test");
        served = archive("relevo", "newer");

        assertThat(script.run("sh", fetching(), "test").out()).isEqualTo("newer: test\n");
        assertThat(downloads).hasValue(2);
    }

    @Test
    @NeedsCurl
    void fetchesTheEngineOnceForBuildsAtTheSameTime() throws Exception {
        List<Process> builds = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            builds.add(script.start("sh", fetching(), List.of("build")));
        }
        for (Process build : builds) {
            assertThat(EngineScript.finish(build).out()).isEqualTo("fetched: build\n");
        }
        boolean canLock = Files.isExecutable(Path.of("/usr/bin/flock"));
        assertThat(downloads.get()).isBetween(1, canLock ? 1 : 5);
    }

    @Test
    @NeedsCurl
    void runsAFetchedJarWithTheAgentsJava() throws Exception {
        served = jar();
        var env = fetching();
        env.put("JAVA_HOME", System.getProperty("java.home"));

        assertThat(script.run("sh", env, "a", "b c").out()).isEqualTo("jar: [a, b c]\n");
    }

    @Test
    @NeedsCurl
    void runsNothingThatIsNotWhatWasAskedFor() throws Exception {
        var env = fetching();
        String expected = env.get("RELEVO_SHA256");
        served = archive("relevo", "malicious");

        var run = script.run("sh", env, "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("is not the one that was asked for; nothing was run")
                .contains("its SHA-256 is   " + sha256(served))
                .contains("RELEVO_SHA256 is " + expected);
        assertThat(filesIn(engines().resolve(expected))).isSubsetOf("lock");
    }

    @Test
    void runsNoEngineThatCannotBeChecked() throws Exception {
        var run = script.run("sh", Map.of("RELEVO_URL", url()), "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("relevo: RELEVO_URL is set but RELEVO_SHA256 is not\n");
        assertThat(downloads).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "../../../../etc", "$(touch pwned)", "zz"})
    void refusesWhatIsNoChecksum(String sha256) throws Exception {
        var run = script.run("sh", Map.of("RELEVO_URL", url(), "RELEVO_SHA256", sha256), "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("relevo: RELEVO_SHA256 is [" + sha256 + "]; expected 64 hexadecimal digits\n");
    }

    @Test
    @NeedsCurl
    void takesAChecksumInCapitals() throws Exception {
        var env = fetching();
        env.computeIfPresent("RELEVO_SHA256", (name, value) -> value.toUpperCase(java.util.Locale.ROOT));

        assertThat(script.run("sh", env, "build").out()).isEqualTo("fetched: build\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.com/engine", "-o/tmp/x", "file:///etc/passwd"})
    void refusesOtherAddresses(String address) throws Exception {
        var env = fetching();
        env.put("RELEVO_URL", address);

        assertThat(script.run("sh", env, "build").err()).contains("expected an http or https address");
    }

    @Test
    @NeedsCurl
    void saysWhyItCannotFetchAndShowsNoPassword() throws Exception {
        var env = fetching();
        env.put(
                "RELEVO_URL",
                "http://ci:secret@127.0.0.1:" + server.getAddress().getPort() + "/gone?token=secret");

        var run = script.run("sh", env, "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("404")
                .contains("cannot be fetched from RELEVO_URL [http://***@127.0.0.1:")
                .doesNotContain("secret");
    }

    @Test
    @NeedsCurl
    void refusesAnArchiveWithoutAnEngine() throws Exception {
        served = archive("something/else", "no engine");

        assertThat(script.run("sh", fetching(), "build").err()).contains("holds no program named relevo");

        served = "no archive".getBytes(UTF_8);
        assertThat(script.run("sh", fetching(), "build").err()).contains("neither a jar nor a tar.gz");
    }

    @Test
    void fetchesWithWgetWhereThereIsNoCurl() throws Exception {
        assumeInstalled("wget");
        var env = fetching();
        env.put("PATH", script.toolsWithout("curl"));

        assertThat(script.run("/bin/sh", env, "build").out()).isEqualTo("fetched: build\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shasum", "openssl"})
    @NeedsCurl
    void checksWithAnyOfTheUsualPrograms(String only) throws Exception {
        assumeInstalled(only);
        var env = fetching();
        env.put(
                "PATH",
                script.toolsWithout(
                        CHECKERS.stream().filter(c -> !c.equals(only)).toArray(String[]::new)));

        assertThat(script.run("/bin/sh", env, "build").out()).isEqualTo("fetched: build\n");
    }

    @Test
    @NeedsCurl
    void saysWhatIsMissingOnTheAgent() throws Exception {
        var env = fetching();
        env.put("PATH", script.toolsWithout("curl", "wget"));
        var withoutFetcher = script.run("/bin/sh", env, "build");
        env.put("PATH", script.toolsWithout(CHECKERS.toArray(String[]::new)));
        var withoutChecker = script.run("/bin/sh", env, "build");

        assertThat(withoutFetcher.err()).contains("cannot be fetched: there is neither curl nor wget");
        assertThat(withoutFetcher.status()).isEqualTo(2);
        assertThat(withoutChecker.err())
                .contains("cannot be checked: there is neither sha256sum, shasum nor openssl")
                .doesNotContain("not the one that was asked for");
        assertThat(withoutChecker.status()).isEqualTo(2);
        assertThat(withoutChecker.out()).isEmpty();
    }

    @Test
    @NeedsCurl
    void leavesNothingHalfDoneWhenItIsStopped() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        server.createContext("/slow", exchange -> {
            asked.countDown();
            await(stopped);
            exchange.close();
        });
        var env = fetching();
        env.put("RELEVO_URL", url().replace("/engine", "/slow"));

        Process build = script.start("sh", env, List.of("build"));
        await(asked);
        // An abort in Jenkins goes to every process of the step.
        build.descendants().forEach(ProcessHandle::destroy);
        build.toHandle().destroy();
        var run = EngineScript.finish(build);
        stopped.countDown();

        assertThat(run.status()).isNotZero();
        assertThat(run.out()).isEmpty();
        assertThat(filesIn(engines().resolve(sha256(served)))).isSubsetOf("lock");
        assertThat(script.run("sh", fetching(), "build").out()).isEqualTo("fetched: build\n");
    }

    @Test
    @NeedsCurl
    void keepsTheEngineWhereItIsTold() throws Exception {
        var env = fetching();
        env.put("XDG_CACHE_HOME", folder.resolve("kept here").toString());

        script.run("sh", env, "build");

        assertThat(folder.resolve("kept here/relevo/engines").resolve(sha256(served)))
                .isDirectory();
        assertThat(engines()).doesNotExist();
    }

    @Test
    void saysSoWhenThereIsNoPlaceForTheEngine() throws Exception {
        Files.writeString(folder.resolve("a file"), "");
        var env = fetching();
        env.put("XDG_CACHE_HOME", folder.resolve("a file").toString());

        assertThat(script.run("sh", env, "build").err())
                .contains("the engine cannot be kept: [" + folder.resolve("a file"))
                .contains("set XDG_CACHE_HOME to a folder that can be");
    }

    private static List<String> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** A tar.gz with one program in it. */
    private byte[] archive(String path, String name) throws Exception {
        Path content = Files.createTempDirectory(folder, "content");
        JenkinsAgent.program(content.resolve(path), EngineScript.engine(name));
        Path file = Files.createTempFile(folder, "engine", ".tar.gz");
        Process tar = new ProcessBuilder("tar", "-czf", file.toString(), "-C", content.toString(), ".").start();
        assertThat(tar.waitFor()).isZero();
        return Files.readAllBytes(file);
    }

    /** A jar whose main class prints its arguments. */
    private byte[] jar() throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Main-Class", PrintArguments.class.getName());
        Path file = folder.resolve("engine.jar");
        String classFile = PrintArguments.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest);
                var bytes = getClass().getClassLoader().getResourceAsStream(classFile)) {
            jar.putNextEntry(new ZipEntry(classFile));
            bytes.transferTo(jar);
        }
        return Files.readAllBytes(file);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Stands for the engine's main class. */
    static final class PrintArguments {
        private PrintArguments() {}

        public static void main(String[] args) {
            System.out.println("jar: " + List.of(args));
        }
    }

    private static void assumeInstalled(String program) {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin", program)), program + " is not installed here");
    }
}
