package dev.relevo.cluster;

import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
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
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads over HttpURLConnection, which is ready in a third of the time that the JDK's HttpClient takes, and cannot send a PATCH. Where
 * the server redirects, which no API server does by itself, the library asks once more.
 */
final class UrlTransport implements ApiTransport {
    private static final int CHUNK = 16 * 1024;

    private final String url;
    private final int connectMillis;
    private final LibraryHeaders headers;
    private final SSLSocketFactory tls;
    private final LibraryTransport library;
    private final Set<Exchange> pending = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "relevo-read");
        thread.setDaemon(true);
        return thread;
    });

    /** @param connectMillis for a connection to be there; @param tls for an https URL; @param library follows redirects */
    UrlTransport(
            String url, int connectMillis, LibraryHeaders headers, SSLSocketFactory tls, LibraryTransport library) {
        this.url = url;
        this.connectMillis = connectMillis;
        this.headers = headers;
        this.tls = tls;
        this.library = library;
    }

    /** Whether a request can go this way. */
    static boolean canSend(ApiRequest request) {
        return request.method().equals("GET") && request.body().isEmpty();
    }

    @Override
    public ApiResponse send(ApiRequest request, Duration timeout)
            throws ExecutionException, TimeoutException, InterruptedException {
        Exchange exchange = new Exchange(request.path(), timeout);
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
    public void close() {
        pending.forEach(exchange -> exchange.stop("the connection was closed"));
        workers.shutdown();
    }

    /** One request; on a thread of its own, so that who waits for it can stop waiting at any moment. */
    private final class Exchange implements Runnable {
        private final CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
        private final String path;
        private final Duration timeout;
        private volatile @Nullable HttpURLConnection connection;

        Exchange(String path, Duration timeout) {
            this.path = path;
            this.timeout = timeout;
        }

        @Override
        public void run() {
            try {
                StandardHttpRequest.Builder request = headers.of(url + path);
                request.header("Accept", "application/json");
                ApiResponse response = read(request);
                boolean again = response.status() >= 400 && headers.changedAfter(response.status(), request);
                answer.complete(again ? read(request) : response);
            } catch (ExecutionException e) {
                answer.completeExceptionally(e.getCause());
            } catch (IOException | RuntimeException | InterruptedException e) {
                answer.completeExceptionally(e);
            }
        }

        /** Whoever waits is told at once; the end of the connection may have to wait for a read in it. */
        void stop(String why) {
            answer.completeExceptionally(new IOException(why));
            HttpURLConnection open = connection;
            if (open != null) {
                Thread end = new Thread(open::disconnect, "relevo-read-end");
                end.setDaemon(true);
                end.start();
            }
        }

        private ApiResponse read(StandardHttpRequest.Builder request) throws IOException {
            // Whether there is a proxy, the kubeconfig and the environment say, not the JVM.
            HttpURLConnection opened = (HttpURLConnection) new URL(url + path).openConnection(Proxy.NO_PROXY);
            connection = opened;
            if (opened instanceof HttpsURLConnection https) {
                https.setSSLSocketFactory(tls);
            }
            opened.setInstanceFollowRedirects(false);
            opened.setUseCaches(false);
            opened.setConnectTimeout(connectMillis);
            opened.setReadTimeout(Math.toIntExact(timeout.toMillis()));
            request.build()
                    .headers()
                    .forEach((name, values) -> values.forEach(value -> opened.addRequestProperty(name, value)));
            int status = opened.getResponseCode();
            return new ApiResponse(
                    status, body(opened, status), Optional.ofNullable(opened.getHeaderField("Retry-After")));
        }

        /** Read to its end, so that the next request can use the same connection. */
        private byte[] body(HttpURLConnection opened, int status) throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            try (InputStream in = status >= 400 ? opened.getErrorStream() : opened.getInputStream()) {
                byte[] chunk = new byte[CHUNK];
                for (int read = 0; in != null && read >= 0 && !answer.isDone(); read = in.read(chunk)) {
                    body.write(chunk, 0, read);
                }
            }
            // The JDK takes a connection that breaks for the end of the answer.
            if (body.size() < opened.getContentLengthLong()) {
                throw new EOFException("the answer ended after " + body.size() + " of its "
                        + opened.getContentLengthLong() + " bytes");
            }
            return body.toByteArray();
        }
    }
}
