import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.ConfigLoader;
import dev.relevo.pipeline.BuildStep;
import dev.relevo.pipeline.StepContext;
import dev.relevo.registry.Credentials;
import dev.relevo.report.EventSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Every figure of the project, from one run on one machine. */
public final class Bench {
    private static final int CALLS = 4000;
    private static final int CALLERS = 8;
    private static final int PODS = 10;

    private final Path launcher;
    private final Path folder;
    private final Path project;
    private final int runs;
    private int version;

    private Bench(Path home, Path folder, int runs) {
        this.launcher = home.resolve("relevo");
        this.folder = folder;
        this.project = folder.resolve("app");
        this.runs = runs;
    }

    public static void main(String[] words) throws Exception {
        Path folder = Files.createTempDirectory("relevo-bench");
        Bench bench = new Bench(Path.of(words[0]), folder, Integer.parseInt(words[1]));
        try {
            bench.writeProject();
            bench.measure();
        } finally {
            bench.relevo("local", "reset").run();
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void measure() throws Exception {
        System.out.printf(Locale.ROOT, "%-58s %10s %10s%n", "medians of " + runs + " runs", "measured", "goal");
        row("relevo --help", median(() -> finish(start(List.of(launcher.toString(), "--help")))), "s", "0.25 s");
        row("  answered by the engine", median(relevo("--help")), "s", "");

        must(relevo("local", "up"));
        must(relevo("build"));
        must(relevo("push"));
        must(relevo("deploy"));
        double call = median(relevo("status"));
        row("relevo status (a handful of API calls)", call, "s", "0.70 s");
        double kubectl = median(kubectl("get", "deploy", "-n", "bench"));
        row("kubectl get deploy", kubectl, "s", "");
        row("  ratio", call / kubectl, "x", "");

        row("unchanged build, from the shell", median(relevo("build")), "s", "0.50 s");
        row("one changed class, from the shell", median(() -> timed(change(), relevo("build"))), "s", "2.50 s");
        row("unchanged build, in a running JVM", median(() -> timed(() -> {}, build())), "s", "0.50 s");
        row("one changed class, in a running JVM", median(() -> timed(change(), build())), "s", "1.50 s");

        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        List<Double> memory = new ArrayList<>();
        must(this::applyByKubectl);
        for (int i = 0; i < runs; i++) {
            ours.add(timed(nextManifest(), () -> memory.add(peakMegabytes(command("deploy")))));
            theirs.add(timed(nextManifest(), this::applyByKubectl));
        }
        row("relevo deploy, rolling, 2 pods", median(ours), "s", "");
        row("kubectl apply and rollout status, the same manifests", median(theirs), "s", "");
        row("  overhead", median(ours) - median(theirs), "s", "1.00 s");
        row("engine's resident memory while deploying, peak", median(memory), "MB", "150 MB");

        try (Cluster cluster = KubernetesCluster.connect(
                Optional.of(folder.resolve("local/kubeconfig")), Optional.empty())) {
            row("local cluster: GETs of a Deployment, " + CALLERS + " callers", callsPerSecond(cluster), "/s", "");
        }
        must(kubectl("scale", "deploy/app", "-n", "bench-kubectl", "--replicas=0"));
        must(kubectl("wait", "--for=delete", "pod", "-l", "app=app", "-n", "bench-kubectl", "--timeout=60s"));
        double started = timed(() -> {}, () -> {
            must(kubectl("scale", "deploy/app", "-n", "bench-kubectl", "--replicas=" + PODS));
            must(kubectl("rollout", "status", "deploy/app", "-n", "bench-kubectl"));
        });
        row("local cluster: pods ready, of " + PODS + " started at once", PODS / started, "/s", "");
        row("local environment's resident memory", daemonMegabytes(), "MB", "350 MB");
    }

    private static double callsPerSecond(Cluster cluster) throws Exception {
        ObjectRef ref = new ObjectRef(Kind.DEPLOYMENT, "bench", "app");
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        double seconds = timed(() -> {}, () -> {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                all.add(callers.submit(() -> cluster.get(ref).orElseThrow()));
            }
            for (Future<?> one : all) {
                one.get();
            }
        });
        callers.shutdown();
        return CALLS / seconds;
    }

    private double daemonMegabytes() throws IOException {
        String state = Files.readString(folder.resolve("local/state.json"));
        return kilobytes(Long.parseLong(state.replaceAll("(?s).*\"pid\"\\s*:\\s*(\\d+).*", "$1")), "VmRSS") / 1024.0;
    }

    private void writeProject() throws IOException {
        Path sources = Files.createDirectories(project.resolve("src/main/java/bench"));
        Files.createDirectories(project.resolve("k8s"));
        Files.writeString(
                project.resolve("pom.xml"),
                """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>bench</groupId><artifactId>app</artifactId><version>1</version>
                  <properties>
                    <maven.compiler.source>17</maven.compiler.source>
                    <maven.compiler.target>17</maven.compiler.target>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                </project>
                """);
        Files.writeString(sources.resolve("App.java"), source("0"));
        Files.writeString(
                project.resolve("relevo.yaml"),
                """
                apiVersion: relevo.dev/v1
                app: app
                image: {repository: registry.example.com/bench/app}
                build: {mainClass: bench.App, jvmFlags: ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]}
                deploy: {manifests: k8s}
                environments:
                  local: {namespace: bench}
                """);
        writeManifest();
    }

    private static String source(String text) {
        return """
                package bench;
                public final class App {
                    static final String TEXT = "%s";
                    public static void main(String[] words) throws Exception {
                        var server = com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress(
                                System.getenv("HOST"), Integer.parseInt(System.getenv("PORT"))), 0);
                        server.createContext("/", exchange -> {
                            exchange.sendResponseHeaders(200, TEXT.length());
                            exchange.getResponseBody().write(TEXT.getBytes());
                            exchange.close();
                        });
                        server.start();
                    }
                }
                """.formatted(text);
    }

    private void writeManifest() throws IOException {
        Files.writeString(
                project.resolve("k8s/app.yaml"),
                """
                apiVersion: v1
                kind: Service
                metadata: {name: app}
                spec: {selector: {app: app}, ports: [{port: 8080, targetPort: 8080}]}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: app}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: app}}
                  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
                  template:
                    metadata: {labels: {app: app}}
                    spec:
                      terminationGracePeriodSeconds: 2
                      containers:
                        - name: app
                          image: app
                          ports: [{containerPort: 8080}]
                          env: [{name: VERSION, value: "%d"}]
                          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                """.formatted(version));
    }

    private Action nextManifest() {
        return () -> {
            version++;
            writeManifest();
        };
    }

    private Action change() {
        return () -> Files.writeString(
                project.resolve("src/main/java/bench/App.java"), source(Long.toString(System.nanoTime())));
    }

    private Action build() {
        return () -> {
            StepContext context = new StepContext(
                    project,
                    new ConfigLoader()
                            .load(project, Optional.of("local"), Map.of(), List.of())
                            .config(),
                    EventSink.none());
            new BuildStep(new Credentials(context.config().image().repository(), System.getenv()), System.getenv())
                    .run(context);
        };
    }

    private void applyByKubectl() throws Exception {
        String image = Files.readString(project.resolve(".relevo/push.json"))
                .replaceAll("(?s).*\"image\"\\s*:\\s*\"([^\"]+)\".*", "$1");
        Path manifest = folder.resolve("kubectl.yaml");
        Files.writeString(
                manifest,
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: bench-kubectl}\n---\n"
                        + Files.readString(project.resolve("k8s/app.yaml"))
                                .replace("image: app", "image: " + image)
                                .replace("metadata: {name: app}", "metadata: {name: app, namespace: bench-kubectl}"));
        must(kubectl("apply", "-f", manifest.toString()));
        must(kubectl("rollout", "status", "deploy/app", "-n", "bench-kubectl"));
    }

    private List<String> command(String... words) {
        List<String> line = new ArrayList<>(List.of(launcher.toString(), "-C", project.toString()));
        line.addAll(Arrays.asList(words));
        return line;
    }

    private Action relevo(String... words) {
        return () -> finish(start(command(words)));
    }

    private Action kubectl(String... words) {
        List<String> line = new ArrayList<>(
                List.of("kubectl", "--kubeconfig", folder.resolve("local/kubeconfig").toString()));
        line.addAll(Arrays.asList(words));
        return () -> finish(start(line));
    }

    private Process start(List<String> line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().put("RELEVO_LOCAL_HOME", folder.resolve("local").toString());
        return builder.start();
    }

    private void finish(Process process) throws Exception {
        if (process.waitFor() != 0) {
            throw new IllegalStateException("A command failed:\n" + Files.readString(folder.resolve("log")));
        }
    }

    /** The launcher becomes the engine, so the process that was started is the one to look at. */
    private double peakMegabytes(List<String> line) throws Exception {
        Process process = start(line);
        long peak = 0;
        while (process.isAlive()) {
            peak = Math.max(peak, kilobytes(process.pid(), "VmHWM"));
            Thread.sleep(50);
        }
        finish(process);
        return peak / 1024.0;
    }

    private static long kilobytes(long pid, String key) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith(key + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException ended) {
            return 0;
        }
    }

    private double median(Action action) throws Exception {
        return median(() -> timed(() -> {}, action));
    }

    private double median(Callable<Double> measurement) throws Exception {
        measurement.call();
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            times.add(measurement.call());
        }
        return median(times);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static double timed(Action before, Action action) throws Exception {
        before.run();
        long began = System.nanoTime();
        action.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private static void must(Action action) throws Exception {
        action.run();
    }

    private static void row(String what, double value, String unit, String goal) {
        System.out.printf(Locale.ROOT, "%-58s %7.2f %-3s%10s%n", what, value, unit, goal);
    }

    private interface Action {
        void run() throws Exception;
    }
}
