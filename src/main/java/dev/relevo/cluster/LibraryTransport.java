package dev.relevo.cluster;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client library's HTTP layer, over the JDK's HttpClient: for every method, and for streams. It is opened when it is first
 * needed, since what only reads does without it.
 */
final class LibraryTransport implements ApiTransport {
    private final String url;
    private final Supplier<HttpClient> opening;
    private @Nullable HttpClient client;

    /** @param url the server's, without a trailing slash */
    LibraryTransport(String url, Supplier<HttpClient> opening) {
        this.url = url;
        this.opening = opening;
    }

    @Override
    public ApiResponse send(ApiRequest request, Duration timeout)
            throws ExecutionException, TimeoutException, InterruptedException {
        HttpRequest.Builder builder = client().newHttpRequestBuilder()
                .uri(url + request.path())
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        request.headers().forEach(builder::header);
        builder.method(
                request.method(),
                request.body().isPresent() ? request.contentType() : null,
                request.body().map(Object::toString).orElse(null));
        return answer(builder.build(), timeout);
    }

    @Override
    public ApiStream stream(String path) {
        HttpRequest request = client().newHttpRequestBuilder()
                .uri(url + path)
                .header("Accept", "application/json")
                .forStreaming()
                .build();
        return new Stream(client(), request);
    }

    private ApiResponse answer(HttpRequest request, Duration timeout)
            throws ExecutionException, TimeoutException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> future = client().sendAsync(request, byte[].class);
        try {
            HttpResponse<byte[]> response = future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new ApiResponse(
                    response.code(),
                    response.body() == null ? new byte[0] : response.body(),
                    response.headers("Retry-After").stream().findFirst());
        } catch (InterruptedException | TimeoutException e) {
            future.cancel(true);
            throw e;
        }
    }

    /** Opens it now, so that a configuration it cannot follow is told before anything is sent. */
    void open() {
        HttpClient unused = client();
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client = opening.get();
        }
        return client;
    }

    @Override
    public synchronized void close() {
        Optional.ofNullable(client).ifPresent(HttpClient::close);
    }

    /** What the library tells as it comes, to be read in the order of a stream. */
    private static final class Stream implements ApiStream {
        private final HttpClient client;
        private final HttpRequest request;
        private final CompletableFuture<HttpResponse<InputStream>> response = new CompletableFuture<>();

        Stream(HttpClient client, HttpRequest request) {
            this.client = client;
            this.request = request;
        }

        @Override
        public int open() throws IOException, InterruptedException {
            client.sendAsync(request, InputStream.class).whenComplete((answer, failure) -> {
                boolean wanted = failure == null ? response.complete(answer) : response.completeExceptionally(failure);
                if (!wanted && answer != null) {
                    end(answer);
                }
            });
            try {
                return response.get().code();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }

        @Override
        public InputStream body() {
            return response.join().body();
        }

        @Override
        public void close() {
            if (!response.cancel(true) && !response.isCompletedExceptionally()) {
                end(response.join());
            }
        }

        private static void end(HttpResponse<InputStream> answer) {
            try {
                answer.body().close();
            } catch (IOException broken) {
                // It is to end, and has.
                return;
            }
        }
    }
}
