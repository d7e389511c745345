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
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One watch request: its lines as they come, then its end. When nobody takes them no more are read, so that a server that is
 * faster than its reader fills the network's buffers and not the memory here.
 */
final class WatchStream implements AutoCloseable {
    /** Read, and not yet taken; a buffer of the network more when it is reached. */
    static final int MOST_LINES = 64;

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
    private final AtomicBoolean held = new AtomicBoolean();
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
        Optional<Signal> next = Optional.ofNullable(signals.poll(millis, TimeUnit.MILLISECONDS));
        readOn();
        return next;
    }

    /** Whether the next signal is here already. */
    boolean more() {
        return !signals.isEmpty();
    }

    private void readOn() {
        if (signals.size() < MOST_LINES && held.compareAndSet(true, false)) {
            response.join().body().consume();
        }
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
        held.set(true);
        readOn();
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
