package dev.relevo.local.proxy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends requests at a steady rate over kept connections, whatever becomes of them, and counts the answers. */
final class OpenLoopClient implements AutoCloseable {
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final Queue<CompletableFuture<?>> open = new ConcurrentLinkedQueue<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    OpenLoopClient(String url, int requestsPerSecond) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .build();
        // What a stall of the machine kept from being sent does not follow in one burst.
        clock.scheduleWithFixedDelay(() -> send(request), 0, 1_000_000_000L / requestsPerSecond, TimeUnit.NANOSECONDS);
    }

    private void send(HttpRequest request) {
        open.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle((response, error) -> {
            if (error != null) {
                failures.add(error.toString());
            } else if (response.statusCode() != 200) {
                failures.add(response.statusCode() + " " + response.body());
            } else {
                answers.computeIfAbsent(response.body(), each -> new AtomicInteger())
                        .incrementAndGet();
            }
            return null;
        }));
    }

    int answersOf(String name) {
        return answers.getOrDefault(name, new AtomicInteger()).get();
    }

    int total() {
        return answers.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** Ends the sending and waits for what is under way. */
    void finish() {
        close();
        open.forEach(CompletableFuture::join);
    }

    @Override
    public void close() {
        clock.shutdown();
        try {
            clock.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
