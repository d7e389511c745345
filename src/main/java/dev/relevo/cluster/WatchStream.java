package dev.relevo.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One watch request: its lines as they come, then its end. */
final class WatchStream implements AutoCloseable {
    /** What comes out of a stream. */
    sealed interface Signal {
        /** A line of the body. */
        @SuppressWarnings("ArrayRecordComponent")
        record Line(byte[] json) implements Signal {}

        /** The answer's status; comes before any line. */
        record Opened(int status) implements Signal {}

        /** The stream is over. */
        record Ended() implements Signal {}
    }

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final CompletableFuture<HttpResponse<AsyncBody>> response;
    private volatile boolean closed;

    WatchStream(ApiConnection connection, String path) {
        response = connection.stream(path, this::take);
        response.whenComplete((answer, failure) -> {
            if (failure != null) {
                signals.add(new Signal.Ended());
                return;
            }
            if (closed) {
                answer.body().cancel();
                return;
            }
            signals.add(new Signal.Opened(answer.code()));
            answer.body().done().whenComplete((nothing, broken) -> signals.add(new Signal.Ended()));
            answer.body().consume();
        });
    }

    /** The next signal; empty when there is none within the time. */
    Optional<Signal> next(long millis) throws InterruptedException {
        return Optional.ofNullable(signals.poll(millis, TimeUnit.MILLISECONDS));
    }

    /** Called by one thread at a time, as the HTTP client guarantees. */
    private void take(List<ByteBuffer> buffers, AsyncBody body) {
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    if (line.size() > 0) {
                        signals.add(new Signal.Line(line.toByteArray()));
                        line.reset();
                    }
                } else {
                    line.write(next);
                }
            }
        }
        body.consume();
    }

    @Override
    public void close() {
        closed = true;
        response.cancel(true);
        if (response.isDone() && !response.isCompletedExceptionally()) {
            response.join().body().cancel();
        }
    }
}
