import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What tracing costs whoever does not use it, and whoever does. */
public final class Telemetry {
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    /** Short enough that the last look at a process is one at its end. */
    private static final int LOOK_EVERY_MILLIS = 5;
    /** The processor times in /proc are counts of these (USER_HZ, the same on all of Linux' usual architectures). */
    private static final double TICKS_PER_SECOND = 100;

    private final Path folder;
    private final Path project;
    private final int runs;

    private Telemetry(Path folder, int runs) {
        this.folder = folder;
        this.project = folder.resolve("app");
        this.runs = runs;
    }

    public static void main(String[] words) throws Exception {
        Path folder = Files.createTempDirectory("relevo-bench");
        try {
            new Telemetry(folder, Integer.parseInt(words[2])).measure(Path.of(words[0]), Path.of(words[1]));
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void measure(Path launcher, Path engine) throws Exception {
        Files.createDirectory(project);
        // Deliveries are traced, other commands are not; a delivery that does nothing shows what that costs.
        Files.writeString(
                project.resolve("relevo.yaml"),
                """
                app: app
                image: {repository: registry.example.com/bench/app}
                test: {command: ["true"], allowNone: true}
                """);
        Path without = distribution("without", launcher, engine, false);
        Path with = distribution("with", launcher, engine, true);

        heading("no collector is named; OpenTelemetry's libraries", "not there", "there");
        for (String[] words : List.of(new String[] {"config", "explain"}, new String[] {"test"})) {
            rows(words, new Setting(without, Map.of()), new Setting(with, Map.of()));
        }

        AtomicInteger received = new AtomicInteger();
        HttpServer collector = collector(received);
        try {
            String address = "http://127.0.0.1:" + collector.getAddress().getPort();
            heading("the libraries are there; a collector on loopback", "not named", "named");
            rows(new String[] {"test"}, new Setting(with, Map.of()), new Setting(with, Map.of(ENDPOINT, address)));
        } finally {
            collector.stop(0);
        }
        if (received.get() == 0) {
            throw new IllegalStateException("Nothing came to the collector, so the last rows say nothing");
        }
    }

    /** An unpacked distribution. Its first run, which is not measured, makes its archive of classes. */
    private Path distribution(String name, Path launcher, Path engine, boolean libraries) throws IOException {
        Path home = Files.createDirectory(folder.resolve(name));
        Path lib = home.resolve("lib");
        try (Stream<Path> all = Files.walk(engine)) {
            for (Path path : all.toList()) {
                Path inside = engine.relativize(path);
                boolean wanted = !inside.toString().endsWith(".jsa") && (libraries || !inside.startsWith("otel"));
                if (wanted) {
                    Files.copy(path, lib.resolve(inside.toString()));
                }
            }
        }
        return Files.copy(launcher, home.resolve("relevo"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static HttpServer collector(AtomicInteger received) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            received.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private void rows(String[] words, Setting first, Setting second) throws Exception {
        run(first, words);
        run(second, words);
        List<Run> firsts = new ArrayList<>();
        List<Run> seconds = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            firsts.add(run(first, words));
            seconds.add(run(second, words));
        }
        String command = "relevo " + String.join(" ", words);
        row(command + ", time", firsts, seconds, Run::seconds, "s", 3);
        row("  processor time", firsts, seconds, Run::processorSeconds, "s", 2);
        row("  memory, peak resident", firsts, seconds, Run::peakMegabytes, "MB", 0);
    }

    /** The launcher becomes the engine, so the process that is started is the one to look at. */
    private Run run(Setting setting, String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of(setting.launcher().toString(), "-C", project.toString()));
        line.addAll(Arrays.asList(words));
        Path log = folder.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(setting.variables());
        long began = System.nanoTime();
        Process process = builder.start();
        double peak = 0;
        double processor = 0;
        while (process.isAlive()) {
            peak = Math.max(peak, peakMegabytes(process.pid()));
            processor = Math.max(processor, processorSeconds(process.pid()));
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("A command failed:\n" + Files.readString(log));
        }
        return new Run((System.nanoTime() - began) / 1e9, processor, peak);
    }

    private static double peakMegabytes(long pid) {
        return proc(pid, "status")
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                        .findFirst())
                .orElse(0.0);
    }

    /** Of the process and of those that it has waited for: fields 14 to 17 of proc(5), counted behind the name in brackets. */
    private static double processorSeconds(long pid) {
        return proc(pid, "stat")
                .map(text -> text.substring(text.lastIndexOf(')') + 2).split(" "))
                .map(fields -> Arrays.stream(fields, 11, 15).mapToLong(Long::parseLong).sum() / TICKS_PER_SECOND)
                .orElse(0.0);
    }

    /** Empty once the process has gone. */
    private static Optional<String> proc(long pid, String file) {
        try {
            return Optional.of(Files.readString(Path.of("/proc/" + pid, file))).filter(text -> !text.isEmpty());
        } catch (IOException | UncheckedIOException gone) {
            return Optional.empty();
        }
    }

    private static void heading(String what, String first, String second) {
        System.out.printf(Locale.ROOT, "%-52s %11s %11s %11s%n", what, first, second, "difference");
    }

    private static void row(
            String what, List<Run> first, List<Run> second, ToDoubleFunction<Run> figure, String unit, int digits) {
        double before = median(first, figure);
        double after = median(second, figure);
        String cell = "%." + digits + "f " + unit;
        double scale = Math.pow(10, digits);
        System.out.printf(
                Locale.ROOT,
                "%-52s %11s %11s %11s%n",
                what,
                String.format(Locale.ROOT, cell, before),
                String.format(Locale.ROOT, cell, after),
                String.format(Locale.ROOT, "%+" + cell.substring(1), Math.round((after - before) * scale) / scale));
    }

    private static double median(List<Run> all, ToDoubleFunction<Run> figure) {
        double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private record Setting(Path launcher, Map<String, String> variables) {}

    private record Run(double seconds, double processorSeconds, double peakMegabytes) {}
}
