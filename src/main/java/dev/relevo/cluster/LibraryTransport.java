package dev.relevo.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
        HttpRequest.Builder builder = request(request.path(), timeout).header("Accept", "application/json");
        builder.method(
                request.method(),
                request.body().isPresent() ? request.contentType() : null,
                request.body().map(Object::toString).orElse(null));
        return answer(builder.build(), timeout);
    }

    /** The same with a method and headers of the caller's, and without a body. */
    ApiResponse send(String method, String path, Map<String, String> headers, Duration timeout)
            throws ExecutionException, TimeoutException, InterruptedException {
        HttpRequest.Builder builder = request(path, timeout).method(method, null, null);
        headers.forEach(builder::header);
        return answer(builder.build(), timeout);
    }

    /** Opens a stream that ends when the server ends it or {@link AsyncBody#cancel} is called. */
    CompletableFuture<HttpResponse<AsyncBody>> stream(String path, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        HttpRequest request = client().newHttpRequestBuilder()
                .uri(url + path)
                .header("Accept", "application/json")
                .forStreaming()
                .build();
        return client().consumeBytes(request, consumer);
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        return client().newHttpRequestBuilder().uri(url + path).timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
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
}
