package dev.relevo.cluster;

import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.classic.MinimalHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Apache's HttpClient over blocking connections, which is ready in half the time that the JDK's takes. Where the server redirects,
 * which no API server does by itself, the library asks once more.
 */
final class PooledTransport implements ApiTransport {
    /** A watch keeps its connection; there are a few for each app of a group. */
    private static final int MOST_CONNECTIONS = 500;

    private final String url;
    private final HttpHost host;
    private final LibraryHeaders headers;
    private final LibraryTransport library;
    private final MinimalHttpClient client;
    private final Set<Exchange> pending = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "relevo-request");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param connect for a connection to be there
     * @param tls for an https URL
     * @param library follows redirects
     */
    PooledTransport(
            String url, Duration connect, LibraryHeaders headers, TlsSocketStrategy tls, LibraryTransport library) {
        this.url = url;
        this.host = HttpHost.create(URI.create(url));
        this.headers = headers;
        this.library = library;
        this.client = HttpClients.createMinimal(PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(tls)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(connect))
                        .build())
                .setMaxConnPerRoute(MOST_CONNECTIONS)
                .setMaxConnTotal(MOST_CONNECTIONS)
                .build());
    }

    /**
     * Encrypts with what is trusted there.
     *
     * @param name whom the certificate must be for, and who is asked for in the handshake; empty: the host of the URL
     */
    static TlsSocketStrategy encryption(SSLContext context, Optional<String> name) {
        // The name is checked by the trust managers, so that those who trust everybody do not.
        TlsSocketStrategy strategy = new DefaultClientTlsStrategy(
                context, HostnameVerificationPolicy.BUILTIN, NoopHostnameVerifier.INSTANCE);
        return (socket, host, port, attachment, http) ->
                strategy.upgrade(socket, name.orElse(host), port, attachment, http);
    }

    @Override
    public ApiResponse send(ApiRequest request, Duration timeout)
            throws ExecutionException, TimeoutException, InterruptedException {
        Exchange exchange = new Exchange(request);
        pending.add(exchange);
        try {
            workers.execute(exchange);
            ApiResponse response = exchange.answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            boolean redirect = response.status() >= 300 && response.status() < 400;
            return redirect ? library.send(request, timeout) : response;
        } catch (InterruptedException | TimeoutException e) {
            exchange.stop("nobody waits for the answer any more");
            throw e;
        } finally {
            pending.remove(exchange);
        }
    }

    @Override
    public ApiStream stream(String path) {
        return new Sending(ApiRequest.get(path, ""));
    }

    @Override
    public void close() {
        pending.forEach(exchange -> exchange.stop("the connection was closed"));
        workers.shutdown();
        client.close(CloseMode.IMMEDIATE);
        library.close();
    }

    /** A request on its way, once more where the credentials were renewed, and its answer. */
    private final class Sending implements ApiStream {
        private final ApiRequest request;
        private volatile boolean closed;
        private volatile @Nullable HttpUriRequestBase sent;
        private @Nullable ClassicHttpResponse response;

        Sending(ApiRequest request) {
            this.request = request;
        }

        @Override
        public int open() throws IOException, InterruptedException {
            StandardHttpRequest.Builder wanted = headers.of(url + request.path());
            request.headers().forEach(wanted::header);
            ClassicHttpResponse first = execute(wanted);
            try {
                if (first.getCode() >= 400 && headers.changedAfter(first.getCode(), wanted)) {
                    EntityUtils.consume(first.getEntity());
                    return execute(wanted).getCode();
                }
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
            return first.getCode();
        }

        private ClassicHttpResponse execute(StandardHttpRequest.Builder wanted) throws IOException {
            HttpUriRequestBase http = new HttpUriRequestBase(request.method(), URI.create(url + request.path()));
            wanted.build().headers().forEach((name, values) -> values.forEach(value -> http.addHeader(name, value)));
            request.body()
                    .ifPresent(body -> http.setEntity(new ByteArrayEntity(
                            body.toString().getBytes(StandardCharsets.UTF_8),
                            ContentType.create(request.contentType()))));
            sent = http;
            if (closed) {
                throw new IOException("closed before it was sent");
            }
            ClassicHttpResponse answer = client.executeOpen(host, http, null);
            response = answer;
            return answer;
        }

        ClassicHttpResponse response() {
            ClassicHttpResponse answer = response;
            if (answer == null) {
                throw new IllegalStateException("not opened");
            }
            return answer;
        }

        @Override
        public InputStream body() throws IOException {
            return response().getEntity() == null
                    ? InputStream.nullInputStream()
                    : response().getEntity().getContent();
        }

        @Override
        public void close() {
            closed = true;
            HttpUriRequestBase open = sent;
            if (open != null) {
                open.cancel();
            }
        }
    }

    /** One request with its whole answer; on a thread of its own, so that who waits for it can stop waiting at any moment. */
    private final class Exchange implements Runnable {
        private final CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
        private final Sending sending;

        Exchange(ApiRequest request) {
            this.sending = new Sending(request);
        }

        @Override
        public void run() {
            try {
                int status = sending.open();
                ClassicHttpResponse response = sending.response();
                byte[] body =
                        response.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(response.getEntity());
                answer.complete(new ApiResponse(
                        status,
                        body,
                        Optional.ofNullable(response.getFirstHeader("Retry-After"))
                                .map(Header::getValue)));
            } catch (IOException | RuntimeException | InterruptedException e) {
                answer.completeExceptionally(e);
                sending.close();
            }
        }

        /** Whoever waits is told at once. */
        void stop(String why) {
            answer.completeExceptionally(new IOException(why));
            sending.close();
        }
    }
}
