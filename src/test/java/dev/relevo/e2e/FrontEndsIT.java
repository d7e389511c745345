package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.cli.ci.CiLog;
import dev.relevo.e2e.CommandLine.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract of all front ends: whichever CI system starts them, the steps do the same and print the same. */
class FrontEndsIT {
    private static final List<String> SYSTEMS = List.of("none", "jenkins", "azure", "github");

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void every_system_gets_the_same_steps_and_its_own_language() throws Exception {
        try (Site site = Site.local(folder)) {
            project(site);
            tests("exit 0", "<testcase classname='demo.MainTest' name='adds' time='0.1'/>");
            Ended first = in("none", "run", "-e", "here");
            assertThat(first.status()).as(first.err()).isZero();

            Map<String, Ended> done = inEach("run", "-e", "here");
            String address = from("none", done).out().strip();
            assertThat(address).startsWith("http://").doesNotContain("\n");
            assertSame(done);
            assertThat(from("none", done).err())
                    .contains("done test", "unchanged build", "unchanged push", "unchanged deploy")
                    .contains("::error::a test says so", "##vso[task.setvariable variable=image]a test says so");
            assertThat(values("azure", from("azure", done)))
                    .containsEntry("release", "1")
                    .containsEntry("address", address)
                    .hasEntrySatisfying(
                            "image",
                            image -> assertThat(image).matches(site.registry() + "/team/demo@sha256:[0-9a-f]{64}"))
                    .isEqualTo(values("github", from("github", done)));
            assertThat(summary("github", done))
                    .contains("### Relevo: done", "| test | done |", "| deploy | unchanged |", "- strategy: `rolling`")
                    .isEqualTo(summary("azure", done));
        }
    }

    @Test
    @Timeout(60)
    void a_failure_is_the_same_everywhere_and_leads_to_its_line() throws Exception {
        write("relevo.yaml", "app: demo\nimage: {repository: example.com/demo}\n" + TEST);
        tests("exit 1", """
                <testcase classname='demo.MainTest' name='adds' time='0.1'>
                <failure message='expected 4'>at demo.MainTest.adds(MainTest.java:3)</failure></testcase>""");
        Path test = write("src/test/java/demo/MainTest.java", "a\nb\nc\n");

        Map<String, Ended> failed = inEach("test");
        assertThat(from("none", failed).status()).isEqualTo(3);
        assertSame(failed);
        assertThat(from("github", failed).err())
                .contains("::error title=demo.MainTest.adds,file=" + test + ",line=3::expected 4\n");
        assertThat(from("azure", failed).err())
                .contains("##vso[task.logissue type=error;sourcepath=" + test
                        + ";linenumber=3;]demo.MainTest.adds: expected 4\n");
        assertThat(summary("github", failed))
                .contains(
                        "### Relevo: failed", "**RLV-201**", "| demo.MainTest.adds | expected 4 | `MainTest.java:3` |");

        tests("exit 1", """
                <testcase classname='demo.MainTest' name='adds' time='0.1'>
                <failure message='##vso[task.complete]x ##[add-path]/evil ##'/></testcase>""");
        Map<String, Ended> documents = inEach("test", "--json");
        for (String system : SYSTEMS) {
            String document = from(system, documents).out();
            assertThat(CiLog.read(system, document).commands()).as(system).isEmpty();
            assertThat(new ObjectMapper()
                            .readTree(document)
                            .at("/result/failures/0/message")
                            .asText())
                    .isEqualTo("##vso[task.complete]x ##[add-path]/evil ##");
        }

        Path config = write("relevo.yaml", "app: demo\nstratgy: rolling\n");
        Map<String, Ended> refused = inEach("deploy");
        assertThat(from("none", refused).status()).isEqualTo(2);
        assertSame(refused);
        assertThat(from("github", refused).err()).contains("::error title=RLV-103,file=" + config + ",line=2::");
        assertThat(from("azure", refused).err()).contains("sourcepath=" + config + ";linenumber=2;]RLV-103: ");
    }

    /** The same status, the same result, and the same lines once each system has taken its commands out. */
    private void assertSame(Map<String, Ended> ended) {
        Ended plain = from("none", ended);
        ended.forEach((system, each) -> {
            assertThat(each.status()).as(system + "\n" + each.err()).isEqualTo(plain.status());
            assertThat(each.out()).as(system).isEqualTo(plain.out());
            assertThat(lines(system, each)).as(system).isEqualTo(lines("none", plain));
        });
    }

    /** What is shown, without times; layers are pushed at the same time and end in any order. */
    private static List<String> lines(String system, Ended ended) {
        String timeless = ended.err()
                .replaceAll("\\b(\\d+\\.\\d|\\d+m\\d\\d)s\\b", "TIME")
                // The column of a table is as wide as its longest time.
                .replaceAll("TIME +", "TIME ");
        List<String> lines = new ArrayList<>(CiLog.read(system, timeless).shown());
        // How far a task is, is told only of one that happens to last.
        lines.removeIf(line -> line.isEmpty() || line.startsWith("    ... "));
        // Azure's agent looks for commands anywhere in a line, so what looks like one is changed there.
        lines.replaceAll(line -> line.replace("##vso", "## vso"));
        List<String> layers = lines.stream()
                .filter(line -> line.endsWith(": present"))
                .sorted()
                .toList();
        lines.removeAll(layers);
        lines.addAll(layers);
        return lines;
    }

    private Map<String, Ended> inEach(String... words) throws IOException {
        Map<String, Ended> ended = new LinkedHashMap<>();
        for (String system : SYSTEMS) {
            ended.put(system, in(system, words));
        }
        return ended;
    }

    private static Ended from(String system, Map<String, Ended> ended) {
        return Optional.ofNullable(ended.get(system)).orElseThrow();
    }

    private Ended in(String system, String... words) throws IOException {
        Path place = Files.createDirectories(folder.resolve(system));
        Files.deleteIfExists(place.resolve("output"));
        Files.deleteIfExists(place.resolve("summary"));
        return new CommandLine(project(), CiLog.variables(system, project(), place)).relevo(words);
    }

    /** What the system hands on. */
    private Map<String, String> values(String system, Ended ended) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        if (system.equals("azure")) {
            CiLog.read(system, ended.err())
                    .commands("task.setvariable")
                    .forEach(command -> values.put(command.properties().get("variable"), command.data()));
            return values;
        }
        List<String> lines = Files.readAllLines(folder.resolve(system).resolve("output"));
        for (int at = 0; at < lines.size(); at += 3) {
            values.put(lines.get(at).substring(0, lines.get(at).indexOf("<<")), lines.get(at + 1));
        }
        return values;
    }

    private String summary(String system, Map<String, Ended> ended) throws IOException {
        Path file = system.equals("github")
                ? folder.resolve("github/summary")
                : Path.of(CiLog.read(system, from(system, ended).err())
                        .commands("task.uploadsummary")
                        .get(0)
                        .data());
        return Files.readString(file).replaceAll("\\d+\\.\\d s", "TIME");
    }

    private Path project() {
        return folder.resolve("project");
    }

    private static final String TEST = "test: {command: [sh, test.sh], reports: [report.xml]}\n";

    private void project(Site site) throws IOException {
        write("relevo.yaml", """
                app: demo
                image: {repository: "%s/team/demo", tags: ["1"]}
                %sbuild: {base: none}
                push: {movableTags: ["*"]}
                service: {replicas: 1, drainSeconds: 1, probes: {readiness: /ready}}
                environments:
                  here: {kubeconfig: "%s", namespace: team, createNamespace: true}
                """.formatted(site.registry(), TEST, site.kubeconfig()));
        write("pom.xml", """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>demo</groupId>
                  <artifactId>demo</artifactId>
                  <version>1</version>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <build>
                    <pluginManagement>
                      <plugins>
                        <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
                        <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.14.1</version></plugin>
                      </plugins>
                    </pluginManagement>
                  </build>
                </project>
                """);
        write("src/main/java/demo/Main.java", """
                package demo;

                import com.sun.net.httpserver.HttpServer;
                import java.net.InetSocketAddress;

                public class Main {
                    public static void main(String[] words) throws Exception {
                        InetSocketAddress address = new InetSocketAddress(System.getenv("HOST"), 8080);
                        HttpServer server = HttpServer.create(address, 0);
                        server.createContext("/", exchange -> {
                            exchange.sendResponseHeaders(200, -1);
                            exchange.close();
                        });
                        server.start();
                    }
                }
                """);
    }

    /** What the project's tests print and report. */
    private void tests(String end, String cases) throws IOException {
        write("cases.xml", "<testsuite>" + cases + "</testsuite>");
        write("test.sh", """
                echo '::error::a test says so'
                echo '##vso[task.setvariable variable=image]a test says so'
                cp cases.xml report.xml
                %s
                """.formatted(end));
    }

    private Path write(String name, String text) throws IOException {
        Path file = project().resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
