package dev.relevo.platform.running;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A service of one class, built and started within seconds, that answers with its version: what the pipelines of the
 * tests deliver.
 */
public final class Greeting {
    /** A version that ends as soon as it is started. */
    public static final String BROKEN = "broken";

    /** Why it ends. */
    public static final String ROOT_CAUSE = "FATAL: the greeting is missing";

    /** The name of its one test. */
    public static final String TEST = "greetsByName";

    private final Path folder;

    private Greeting(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes the project.
     *
     * @param app its name in the cluster
     */
    public static Greeting in(Path folder, String app, String namespace) throws IOException {
        Greeting greeting = new Greeting(folder);
        greeting.write("pom.xml", """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>greeting</groupId><artifactId>greeting</artifactId><version>1</version>
                  <properties>
                    <maven.compiler.source>17</maven.compiler.source>
                    <maven.compiler.target>17</maven.compiler.target>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                </project>
                """);
        greeting.write("src/main/java/greeting/Greeting.java", """
                package greeting;

                import com.sun.net.httpserver.HttpServer;
                import java.net.InetSocketAddress;

                public final class Greeting {
                    public static void main(String[] words) throws Exception {
                        byte[] version = Greeting.class.getResourceAsStream("/version.txt").readAllBytes();
                        if (new String(version).equals("%s")) {
                            System.err.println("%s");
                            System.exit(3);
                        }
                        HttpServer server = HttpServer.create(
                                new InetSocketAddress(System.getenv("HOST"), Integer.parseInt(System.getenv("PORT"))), 0);
                        server.createContext("/", exchange -> {
                            exchange.sendResponseHeaders(200, version.length);
                            exchange.getResponseBody().write(version);
                            exchange.close();
                        });
                        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
                        server.start();
                    }
                }
                """.formatted(BROKEN, ROOT_CAUSE));
        greeting.write(".gitignore", ".relevo/\ntarget/\n");
        greeting.write("relevo.yaml", """
                apiVersion: relevo.dev/v1
                app: %s
                image: {repository: registry.example.com/team/%s}
                test: {command: [sh, check.sh]}
                build:
                  mainClass: greeting.Greeting
                  jvmFlags: ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m"]
                service:
                  probes: {readiness: /}
                  drainSeconds: 1
                  gracePeriodSeconds: 5
                deploy:
                  blueGreen: {bake: 1s}
                  canary: {steps: [{weight: 50, duration: 1s}]}
                verify:
                  http: [{path: /, status: 200}]
                environments:
                  local: {namespace: %s}
                """.formatted(app, app, namespace));
        return greeting.passing().version("0");
    }

    /** The version that it answers with. */
    public Greeting version(String version) throws IOException {
        write("src/main/resources/version.txt", version);
        return this;
    }

    /** How long a canary is observed. */
    public Greeting observed(int seconds) throws IOException {
        Path file = folder.resolve("relevo.yaml");
        Files.writeString(file, Files.readString(file).replaceAll("duration: \\d+s", "duration: " + seconds + "s"));
        return this;
    }

    /** With a test that passes. */
    public Greeting passing() throws IOException {
        return check("", 0);
    }

    /** With a test that fails. */
    public Greeting failing() throws IOException {
        return check("<failure message=\"expected Ada but was nobody\"/>", 1);
    }

    private Greeting check(String outcome, int status) throws IOException {
        write("check.sh", """
                mkdir -p target/surefire-reports
                cat > target/surefire-reports/TEST-greeting.xml <<'XML'
                <testsuite name="greeting.GreetingTest" tests="1" failures="%d"><testcase
                  classname="greeting.GreetingTest" name="%s" time="0.01">%s</testcase></testsuite>
                XML
                exit %d
                """.formatted(status, TEST, outcome, status));
        return this;
    }

    /**
     * Another file of the project.
     *
     * @param name below its folder
     */
    public void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
