package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.relevo.jenkins.NeedsCurl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jenkins-image/download} with a server on loopback that has what it asks for. */
@DisplayName("The download of Jenkins and its plugins")
@NeedsCurl
class DownloadTest {
    private static final String SCRIPT =
            Path.of("jenkins-image/download").toAbsolutePath().toString();
    private static final String WAR = "/war-stable/2.568.2/jenkins.war";
    private static final byte[] CONTENT = "a war".getBytes(StandardCharsets.UTF_8);

    /** Writes the plugin git with its arguments in it, or fails when it cannot. */
    private static final String TOOL = """
            import java.nio.file.*;
            public class Tool {
                public static void main(String[] words) throws Exception {
                    Files.writeString(Path.of(words[words.length - 1], "git.jpi"), String.join(" ", words));
                }
            }
            """;

    @TempDir
    Path folder;

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    DownloadTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void serve() throws Exception {
        server.createContext("/", exchange -> {
            URI address = exchange.getRequestURI();
            asked.add(address.getPath());
            byte[] file = files.getOrDefault(address.getPath(), new byte[0]);
            exchange.sendResponseHeaders(file.length == 0 ? 404 : 200, file.length == 0 ? -1 : file.length);
            exchange.getResponseBody().write(file);
            exchange.close();
        });
        server.start();
        publish(WAR, CONTENT);
        publish("/tool/2.15.0/jenkins-plugin-manager-2.15.0.jar", tool());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void publish(String path, byte[] content) throws Exception {
        files.put(path, content);
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        // As the project writes it: the sum, and the file's name.
        files.put(path + ".sha256", (sum + " *file\n").getBytes(StandardCharsets.UTF_8));
    }

    private byte[] tool() throws IOException {
        Path source = Files.writeString(folder.resolve("Tool.java"), TOOL);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, "--release", "17", source.toString()))
                .isZero();
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Tool");
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(jar, manifest)) {
            out.putNextEntry(new JarEntry("Tool.class"));
            out.write(Files.readAllBytes(folder.resolve("Tool.class")));
        }
        return jar.toByteArray();
    }

    private Ended download() throws Exception {
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        Map<String, String> variables = new HashMap<>();
        variables.put("JENKINS_WAR_MIRROR", address + "/war-stable");
        variables.put("PLUGIN_TOOL_MIRROR", address + "/tool");
        return Ended.run(folder, variables, SCRIPT, "got");
    }

    @Test
    void leavesTheWarThePluginsAndTheirChecksumsAndSaysHowToUseThem() throws Exception {
        Ended done = download();

        assertThat(done.code()).as(done.err()).isZero();
        Path got = folder.toRealPath().resolve("got");
        assertThat(done.out())
                .isEqualTo("export JENKINS_WAR=" + got + "/jenkins.war JENKINS_PLUGINS=" + got + "/plugins\n");
        assertThat(got.resolve("jenkins.war")).hasBinaryContent(CONTENT);
        assertThat(got.resolve("plugins/git.jpi"))
                .content()
                .contains("--war " + got + "/jenkins.war --latest=false --plugin-file ", "controller/plugins.txt");
        assertThat(Ended.run(got, Map.of(), "sha256sum", "--check", "--strict", "SHA256SUMS")
                        .out())
                .isEqualTo("jenkins.war: OK\nplugins/git.jpi: OK\n");
    }

    @Test
    void fetchesNothingTwiceThatIsThereAndRight() throws Exception {
        download();

        Ended again = download();

        assertThat(again.code()).isZero();
        assertThat(again.err()).contains("jenkins.war is there");
        assertThat(asked).filteredOn(WAR::equals).hasSize(1);
    }

    @Test
    void fetchesAgainWhatIsNotWhatItShouldBe() throws Exception {
        download();
        Files.writeString(folder.resolve("got/jenkins.war"), "half a w");

        assertThat(download().code()).isZero();

        assertThat(folder.resolve("got/jenkins.war")).hasBinaryContent(CONTENT);
    }

    @Test
    void throwsAwayWhatItsChecksumDoesNotSay() throws Exception {
        files.put(WAR, "another war".getBytes(StandardCharsets.UTF_8));

        Ended refused = download();

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("is not what its checksum says; it was thrown away");
        assertThat(folder.resolve("got/plugins")).isEmptyDirectory();
        assertThat(folder.resolve("got")).isDirectoryNotContaining("glob:**jenkins.war*");
    }

    @Test
    void fetchesNothingWhoseChecksumCannotBeHad() throws Exception {
        files.remove(WAR + ".sha256");

        Ended refused = download();

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains(
                        WAR + ".sha256 cannot be had",
                        "check that this machine has a network and that the version exists");
        assertThat(asked).doesNotContain(WAR);
    }

    @Test
    void saysSoWhenThePluginsCannotBeHad() throws Exception {
        Files.createDirectories(folder.resolve("got/plugins/git.jpi"));

        Ended failed = download();

        assertThat(failed.code()).isEqualTo(2);
        assertThat(failed.err()).contains("the plugins cannot be fetched; what the tool said is above");
        assertThat(folder.resolve("got/SHA256SUMS")).doesNotExist();
    }
}
