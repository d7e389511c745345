package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.relevo.platform.ComposeSpecification;
import dev.relevo.platform.YamlFile;
import dev.relevo.platform.running.LoopbackPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real HAProxy with the file {@code haproxy.cfg} as it is; addresses come in variables. */
class HaproxyTest {
    private static final Path OUTSIDE =
            Path.of("k8s/monitoring/overlays/haproxy/outside").toAbsolutePath();
    private static final String CONFIG = OUTSIDE.resolve("haproxy.cfg").toString();
    private static final int CLIENTS = 4;
    private static final int ENOUGH = 50;

    @TempDir
    Path folder;

    /** One instance of a service: how often it was asked, and whether it says that it is ready. */
    private record Instance(HttpServer server, AtomicInteger asked, AtomicBoolean ready) {
        static Instance start() throws IOException {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            Instance instance = new Instance(server, new AtomicInteger(), new AtomicBoolean(true));
            server.createContext("/", exchange -> {
                instance.asked.incrementAndGet();
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.createContext("/health/readiness", exchange -> {
                exchange.sendResponseHeaders(instance.ready.get() ? 200 : 503, -1);
                exchange.close();
            });
            server.start();
            return instance;
        }

        String address() {
            return "127.0.0.1:" + server.getAddress().getPort();
        }
    }

    @Test
    void it_balances_two_instances_and_drains_one_without_a_failed_request_while_it_is_scraped() throws Exception {
        Program haproxy = Program.needed("haproxy");
        Instance first = Instance.start();
        Instance second = Instance.start();
        String listen = "127.0.0.1:" + LoopbackPort.free();
        String stats = "127.0.0.1:" + LoopbackPort.free();
        Map<String, String> variables = variables(listen, stats, first.address(), second.address());
        assertThat(haproxy.with(variables).run(folder, "-c", "-f", CONFIG))
                .satisfies(said -> assertThat(said.code()).as(said.text()).isZero())
                .satisfies(said -> assertThat(said.text()).doesNotContain("WARNING"));

        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        try (Program.Running running = haproxy.with(variables).launch(folder, "-db", "-f", CONFIG)) {
            running.await("up", () -> up(stats, "clients-1") && up(stats, "clients-2"));
            List<Thread> users = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> user("http://" + listen + "/clients", failures, over))
                    .toList();
            running.await("balanced", () -> first.asked.get() > ENOUGH && second.asked.get() > ENOUGH);

            first.ready.set(false);
            running.await("drained", () -> !up(stats, "clients-1"));
            int last = first.asked.get();
            first.server.stop(0);
            int soFar = second.asked.get();
            running.await("carried by the other", () -> second.asked.get() > soFar + ENOUGH);

            over.set(true);
            for (Thread user : users) {
                user.join();
            }
            assertThat(first.asked.get() - last)
                    .as("requests in flight at most")
                    .isLessThanOrEqualTo(CLIENTS);
            assertThat(failures).isEmpty();
            assertThat(names(metrics(stats)))
                    .containsAll(
                            Files.readAllLines(Path.of("src/test/resources/monitoring/metrics/haproxy.txt")).stream()
                                    .filter(name -> name.startsWith("haproxy_server_status")
                                            || name.startsWith("haproxy_backend_http_responses"))
                                    .toList());
        } finally {
            over.set(true);
            first.server.stop(0);
            second.server.stop(0);
        }
    }

    @Test
    void the_compose_file_gives_every_variable_of_the_configuration() throws IOException {
        TreeSet<String> used = new TreeSet<>();
        Pattern.compile("\"\\$\\{(\\w+)}\"")
                .matcher(Files.readString(Path.of(CONFIG)))
                .results()
                .forEach(found -> used.add(found.group(1)));
        TreeSet<String> given = new TreeSet<>();
        YamlFile.parse(Files.readString(OUTSIDE.resolve("compose.yaml")))
                .at("/services/haproxy/environment")
                .fieldNames()
                .forEachRemaining(given::add);

        assertThat(given).containsExactlyElementsOf(used);
        assertThat(YamlFile.parse(Files.readString(OUTSIDE.resolve("compose.yaml")))
                        .at("/services/haproxy/environment/HAPROXY_STATS")
                        .asText())
                .isEqualTo(":8404");
    }

    @Test
    void the_compose_file_is_valid_by_the_compose_specification() throws IOException {
        ComposeSpecification.assertTakes(YamlFile.parse(Files.readString(OUTSIDE.resolve("compose.yaml"))));
    }

    private Map<String, String> variables(String listen, String stats, String first, String second) {
        return Map.of(
                "HAPROXY_LISTEN", listen,
                "HAPROXY_STATS", stats,
                "HAPROXY_SOCKET", folder.resolve("admin.sock").toString(),
                "CLIENTS_1", first,
                "CLIENTS_2", second);
    }

    private static Thread user(String url, Queue<String> failures, AtomicBoolean over) {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Thread thread = new Thread(() -> {
            while (!over.get()) {
                try {
                    int status = http.send(
                                    HttpRequest.newBuilder(URI.create(url)).build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode();
                    if (status != 200) {
                        failures.add("status " + status);
                    }
                } catch (IOException e) {
                    failures.add(String.valueOf(e));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        });
        thread.start();
        return thread;
    }

    private static boolean up(String stats, String server) {
        return metrics(stats)
                .lines()
                .anyMatch(line -> line.startsWith("haproxy_server_status{")
                        && line.contains("server=\"" + server + "\"")
                        && line.contains("state=\"UP\"")
                        && line.endsWith(" 1"));
    }

    private static TreeSet<String> names(String metrics) {
        TreeSet<String> names = new TreeSet<>();
        metrics.lines().filter(line -> !line.startsWith("#")).forEach(line -> names.add(line.split("[{ ]", 2)[0]));
        return names;
    }

    /** What is scraped; nothing while HAProxy is not there yet. */
    private static String metrics(String stats) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + stats + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
