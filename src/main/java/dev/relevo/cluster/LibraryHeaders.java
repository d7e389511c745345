package dev.relevo.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The headers that the client library gives to each of its own requests: credentials, as whom to act, the user agent. Made by the same
 * interceptors, which renew a token when it is old or the server does not accept it.
 */
final class LibraryHeaders {
    private final List<Interceptor> interceptors;

    LibraryHeaders(Config config) {
        interceptors = List.copyOf(HttpClientUtils.createApplicableInterceptors(config, new JdkHttpClientFactory())
                .values());
    }

    /** Those of one request, to which more may be added. */
    StandardHttpRequest.Builder of(String url) {
        StandardHttpRequest.Builder builder = new StandardHttpRequest.Builder();
        builder.uri(url);
        for (Interceptor interceptor : interceptors) {
            interceptor.before(builder, builder.build(), new NoTags());
        }
        return builder;
    }

    /** Whether the request is to be sent once more, with other headers, after an answer with this status. */
    boolean changedAfter(int status, StandardHttpRequest.Builder builder)
            throws ExecutionException, InterruptedException {
        Failure failure = new Failure(status, builder.build());
        for (Interceptor interceptor : interceptors) {
            if (interceptor.afterFailure(builder, failure, new NoTags()).get()) {
                return true;
            }
        }
        return false;
    }

    /** The library's requests can carry settings of their own; these carry none. */
    private static final class NoTags implements Interceptor.RequestTags {
        @Override
        public <T> @Nullable T getTag(Class<T> type) {
            return null;
        }
    }

    private static final class Failure extends StandardHttpHeaders implements HttpResponse<byte[]> {
        private final int status;
        private final HttpRequest request;

        Failure(int status, HttpRequest request) {
            super(Map.of());
            this.status = status;
            this.request = request;
        }

        @Override
        public int code() {
            return status;
        }

        @Override
        public byte[] body() {
            return new byte[0];
        }

        @Override
        public HttpRequest request() {
            return request;
        }

        @Override
        public Optional<HttpResponse<?>> previousResponse() {
            return Optional.empty();
        }
    }
}
