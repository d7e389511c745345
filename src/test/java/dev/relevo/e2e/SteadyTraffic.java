package dev.relevo.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Users who do not wait for each other: requests at a steady rate over kept connections, whatever becomes of them (open loop).
 * Everything but a 200 is a failure; nothing is tried again.
 */
final class SteadyTraffic implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ConcurrentLinkedQueue<CompletableFuture<?>> open = new ConcurrentLinkedQueue<>();
    private Seen sinceLast = Seen.NOTHING;

    private final Function<HttpResponse<String>, String> version;

    /** Traffic to a server whose answer is its version. */
    SteadyTraffic(String url, int perSecond) {
        this(url, perSecond, HttpResponse::body);
    }

    /**
     * Traffic.
     *
     * @param version tells from an answer which version gave it
     */
    SteadyTraffic(String url, int perSecond, Function<HttpResponse<String>, String> version) {
        this.version = version;
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .build();
        clock.scheduleAtFixedRate(() -> send(request), 0, 1_000_000L / perSecond, TimeUnit.MICROSECONDS);
    }

    private void send(HttpRequest request) {
        open.removeIf(CompletableFuture::isDone);
        open.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle((response, error) -> {
            if (error != null) {
                saw(Seen.failure(String.valueOf(error)));
            } else if (response.statusCode() != 200) {
                saw(Seen.failure(response.statusCode() + " " + response.body()));
            } else {
                saw(new Seen(1, List.of(), Set.of(version.apply(response))));
            }
            return null;
        }));
    }

    private synchronized void saw(Seen more) {
        sinceLast = sinceLast.and(more);
    }

    /** Count, failures and versions belong together, whatever is answered meanwhile. */
    private synchronized Seen take() {
        Seen taken = sinceLast;
        sinceLast = Seen.NOTHING;
        return taken;
    }

    /**
     * What was seen since the last time.
     *
     * @param answered good answers
     * @param versions who gave them
     */
    record Seen(int answered, List<String> failures, Set<String> versions) {
        static final Seen NOTHING = new Seen(0, List.of(), Set.of());

        static Seen failure(String what) {
            return new Seen(0, List.of(what), Set.of());
        }

        Seen and(Seen more) {
            List<String> bothFailures = new ArrayList<>(failures);
            bothFailures.addAll(more.failures);
            Set<String> bothVersions = new TreeSet<>(versions);
            bothVersions.addAll(more.versions);
            return new Seen(answered + more.answered, bothFailures, bothVersions);
        }
    }

    /** Waits for the answers to what was sent so far, and starts counting anew. */
    Seen seen() throws InterruptedException {
        CompletableFuture<?>[] sent = open.toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(sent).get(40, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            saw(Seen.failure("requests without an end: " + e));
        }
        return take();
    }

    /**
     * Goes on until this version alone has answered for a second, and all that was sent; counts from the last time, as
     * {@link #seen} does. Kept connections stay with the pods that they lead to until those close them.
     */
    Seen seenUntilOnly(String expected) throws InterruptedException {
        Seen all = seen();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        boolean only = false;
        while (!only && System.nanoTime() < end) {
            Thread.sleep(1000);
            Seen more = seen();
            only = more.versions().equals(Set.of(expected)) && more.failures().isEmpty();
            all = all.and(more);
        }
        return all;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
