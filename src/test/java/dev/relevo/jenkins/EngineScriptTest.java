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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The script that finds the engine")
class EngineScriptTest {
    private static final Path SCRIPT =
            Path.of("resources/dev/relevo/jenkins/engine.sh").toAbsolutePath();
    private static final String ENGINE = "#!/bin/sh\necho \"%s: $*\"\n";

    @TempDir
    Path folder;

    private HttpServer server;
    private final AtomicInteger downloads = new AtomicInteger();
    private byte[] served = new byte[0];

    @BeforeEach
    void aServerThatServesAnEngine() throws Exception {
        served = archive("engine-1/bin/relevo", "fetched");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
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

    static Stream<String> shells() {
        return Stream.of("sh", "dash", "bash", "busybox sh", "ksh", "zsh --emulate sh")
                .filter(shell -> Stream.of("/bin/", "/usr/bin/")
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin + shell.split(" ")[0]))));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void runsTheEngineOnThePathInEveryShell(String shell) throws Exception {
        program("bin/relevo", "on the PATH");

        var run = run(shell, Map.of(), "config", "explain");

        assertThat(run.out()).isEqualTo("on the PATH: config explain\n");
        assertThat(run.status()).isZero();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void fetchesTheEngineInEveryShell(String shell) throws Exception {
        var run = run(shell, fetching(), "build");

        assertThat(run.out()).as(run.err()).isEqualTo("fetched: build\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin/relevo", "relevo"})
    void prefersTheEngineInItsHome(String launcher) throws Exception {
        program("bin/relevo", "on the PATH");
        program("an engine's home/" + launcher, "at home");

        var run = run(
                "sh", Map.of("RELEVO_HOME", folder.resolve("an engine's home").toString()), "build");

        assertThat(run.out()).isEqualTo("at home: build\n");
    }

    @Test
    void doesNotLookElsewhereWhenThereIsNoEngineInItsHome() throws Exception {
        program("bin/relevo", "on the PATH");

        var run = run("sh", Map.of("RELEVO_HOME", "/nowhere"), "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("relevo: RELEVO_HOME is [/nowhere], but neither bin/relevo nor relevo in it");
    }

    @Test
    void prefersTheEngineOnThePathToADownload() throws Exception {
        program("bin/relevo", "on the PATH");

        assertThat(run("sh", fetching(), "build").out()).isEqualTo("on the PATH: build\n");
        assertThat(downloads).hasValue(0);
    }

    @Test
    void saysWhatToDoWhenThereIsNoEngineAtAll() throws Exception {
        var run = run("sh", Map.of(), "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("""
                        relevo: there is no engine on this agent
                        relevo: put relevo on its PATH, or set RELEVO_HOME, or set RELEVO_URL and RELEVO_SHA256 to have it fetched
                        """);
    }

    @Test
    void endsAsTheEngineEnds() throws Exception {
        JenkinsAgent.program(folder.resolve("bin/relevo"), "#!/bin/sh\nexit 7\n");

        assertThat(run("sh", Map.of(), "deploy").status()).isEqualTo(7);
    }

    @Test
    void becomesTheEngineSoThatAnAbortReachesIt() throws Exception {
        JenkinsAgent.program(folder.resolve("bin/relevo"), "#!/bin/sh\necho $$\n");

        var run = run("sh", Map.of(), "deploy");

        assertThat(run.out().trim()).isEqualTo(Long.toString(run.pid()));
    }

    @Test
    void tellsTheEngineTheLibrarysVersion() throws Exception {
        JenkinsAgent.program(folder.resolve("bin/relevo"), "#!/bin/sh\necho \"$RELEVO_LIBRARY_VERSION\"\n");

        assertThat(Files.readString(Path.of("pom.xml")))
                .contains(
                        "<version>" + run("sh", Map.of(), "build").out().trim() + "</version>\n  <name>Relevo</name>");
    }

    @Test
    void fetchesTheEngineOncePerAgent() throws Exception {
        var first = run("sh", fetching(), "test");
        var second = run("sh", fetching(), "build");

        assertThat(first.out()).isEqualTo("fetched: test\n");
        assertThat(first.err()).isEqualTo("relevo: fetching the engine from " + url() + "\n");
        assertThat(second.out()).isEqualTo("fetched: build\n");
        assertThat(second.err()).isEmpty();
        assertThat(downloads).hasValue(1);
    }

    @Test
    void fetchesAnotherEngineForAnotherChecksum() throws Exception {
        run("sh", fetching(), "test");
        served = archive("relevo", "newer");

        assertThat(run("sh", fetching(), "test").out()).isEqualTo("newer: test\n");
        assertThat(downloads).hasValue(2);
    }

    @Test
    void fetchesTheEngineOnceForBuildsAtTheSameTime() throws Exception {
        List<Process> builds = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            builds.add(start("sh", fetching(), List.of("build")));
        }
        for (Process build : builds) {
            assertThat(finish(build).out()).isEqualTo("fetched: build\n");
        }
        boolean canLock = Files.isExecutable(Path.of("/usr/bin/flock"));
        assertThat(downloads.get()).isBetween(1, canLock ? 1 : 5);
    }

    @Test
    void runsAFetchedJarWithTheAgentsJava() throws Exception {
        served = jar();
        var env = fetching();
        env.put("JAVA_HOME", System.getProperty("java.home"));

        assertThat(run("sh", env, "a", "b c").out()).isEqualTo("jar: [a, b c]\n");
    }

    @Test
    void runsNothingThatIsNotWhatWasAskedFor() throws Exception {
        var env = fetching();
        String expected = env.get("RELEVO_SHA256");
        served = archive("relevo", "malicious");

        var run = run("sh", env, "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("is not the one that was asked for; nothing was run")
                .contains("its SHA-256 is   " + sha256(served))
                .contains("RELEVO_SHA256 is " + expected);
        assertThat(filesIn(engines().resolve(expected))).containsOnly("lock");
    }

    @Test
    void runsNoEngineThatCannotBeChecked() throws Exception {
        var run = run("sh", Map.of("RELEVO_URL", url()), "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("relevo: RELEVO_URL is set but RELEVO_SHA256 is not\n");
        assertThat(downloads).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "../../../../etc", "$(touch pwned)", "zz"})
    void refusesWhatIsNoChecksum(String sha256) throws Exception {
        var run = run("sh", Map.of("RELEVO_URL", url(), "RELEVO_SHA256", sha256), "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("relevo: RELEVO_SHA256 is [" + sha256 + "]; expected 64 hexadecimal digits\n");
    }

    @Test
    void takesAChecksumInCapitals() throws Exception {
        var env = fetching();
        env.computeIfPresent("RELEVO_SHA256", (name, value) -> value.toUpperCase(java.util.Locale.ROOT));

        assertThat(run("sh", env, "build").out()).isEqualTo("fetched: build\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.com/engine", "-o/tmp/x", "file:///etc/passwd"})
    void refusesOtherAddresses(String address) throws Exception {
        var env = fetching();
        env.put("RELEVO_URL", address);

        assertThat(run("sh", env, "build").err()).contains("expected an http or https address");
    }

    @Test
    void saysWhyItCannotFetchAndShowsNoPassword() throws Exception {
        var env = fetching();
        env.put(
                "RELEVO_URL",
                "http://ci:secret@127.0.0.1:" + server.getAddress().getPort() + "/gone?token=secret");

        var run = run("sh", env, "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("404")
                .contains("cannot be fetched from RELEVO_URL [http://***@127.0.0.1:")
                .doesNotContain("secret");
    }

    @Test
    void refusesAnArchiveWithoutAnEngine() throws Exception {
        served = archive("something/else", "no engine");

        assertThat(run("sh", fetching(), "build").err()).contains("holds no program named relevo");

        served = "no archive".getBytes(UTF_8);
        assertThat(run("sh", fetching(), "build").err()).contains("neither a jar nor a tar.gz");
    }

    @Test
    void keepsTheEngineWhereItIsTold() throws Exception {
        var env = fetching();
        env.put("XDG_CACHE_HOME", folder.resolve("kept here").toString());

        run("sh", env, "build");

        assertThat(folder.resolve("kept here/relevo/engines").resolve(sha256(served)))
                .isDirectory();
        assertThat(engines()).doesNotExist();
    }

    @Test
    void saysSoWhenThereIsNoPlaceForTheEngine() throws Exception {
        Files.writeString(folder.resolve("a file"), "");
        var env = fetching();
        env.put("XDG_CACHE_HOME", folder.resolve("a file").toString());

        assertThat(run("sh", env, "build").err())
                .contains("the engine cannot be kept: [" + folder.resolve("a file"))
                .contains("set XDG_CACHE_HOME to a folder that can be");
    }

    private record Run(String out, String err, int status, long pid) {}

    private Run run(String shell, Map<String, String> env, String... words) throws Exception {
        return finish(start(shell, env, List.of(words)));
    }

    private Process start(String shell, Map<String, String> env, List<String> words) throws IOException {
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

    private static Run finish(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(out, err, process.exitValue(), process.pid());
    }

    private void program(String path, String name) throws IOException {
        JenkinsAgent.program(folder.resolve(path), ENGINE.formatted(name));
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
        JenkinsAgent.program(content.resolve(path), ENGINE.formatted(name));
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

    /** Stands for the engine's main class. */
    static final class PrintArguments {
        private PrintArguments() {}

        public static void main(String[] args) {
            System.out.println("jar: " + List.of(args));
        }
    }
}
