package dev.relevo.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A client that sends requests at a fixed rate over kept-alive connections, whether or not earlier ones were answered, and
 * counts every one that is not answered with 200.
 */
final class OpenLoop implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Phaser underWay = new Phaser(1);
    private final AtomicInteger sent = new AtomicInteger();
    private final Map<String, AtomicInteger> versions = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong longest = new AtomicLong();
    private final HttpRequest request;
    private final Function<HttpResponse<String>, String> version;

    private OpenLoop(URI address, Function<HttpResponse<String>, String> version) {
        this.request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
        this.version = version;
    }

    /** Starts sending. @param version tells from an answer which version gave it */
    static OpenLoop start(URI address, int perSecond, Function<HttpResponse<String>, String> version) {
        OpenLoop loop = new OpenLoop(address, version);
        loop.clock.scheduleAtFixedRate(loop::send, 0, 1_000_000_000L / perSecond, TimeUnit.NANOSECONDS);
        return loop;
    }

    private void send() {
        sent.incrementAndGet();
        underWay.register();
        long began = System.nanoTime();
        client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
            longest.accumulateAndGet(System.nanoTime() - began, Math::max);
            if (failure != null) {
                failures.add(String.valueOf(failure));
            } else if (answer.statusCode() != 200) {
                failures.add(answer.statusCode() + " " + answer.body());
            } else {
                versions.computeIfAbsent(version.apply(answer), any -> new AtomicInteger())
                        .incrementAndGet();
            }
            underWay.arriveAndDeregister();
        });
    }

    /** Stops sending and waits for the answers that are still out. */
    Result end() {
        close();
        underWay.arriveAndAwaitAdvance();
        return new Result(sent.get(), failures.stream().toList(), versions.keySet(), Duration.ofNanos(longest.get()));
    }

    @Override
    public void close() {
        clock.shutdown();
        try {
            clock.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What came of it. @param versions that answered */
    record Result(int sent, java.util.List<String> failures, java.util.Set<String> versions, Duration longest) {}
}
