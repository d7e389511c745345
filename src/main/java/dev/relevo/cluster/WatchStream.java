package dev.relevo.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One watch request: its lines as they come, then its end. When nobody takes them no more are read, so that a server that is
 * faster than its reader fills the network's buffers and not the memory here.
 */
final class WatchStream implements AutoCloseable {
    /** Read, and not yet taken. */
    static final int MOST_LINES = 64;

    private static final int CHUNK = 16 * 1024;

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

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>(MOST_LINES);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ApiStream stream;
    private final Thread thread;

    WatchStream(ApiConnection connection, String path) {
        stream = connection.stream(path);
        thread = new Thread(this::readToTheEnd, "relevo-watch-stream");
        thread.setDaemon(true);
        thread.start();
    }

    /** The next signal; empty when there is none within the time. */
    Optional<Signal> next(long millis) throws InterruptedException {
        return Optional.ofNullable(signals.poll(millis, TimeUnit.MILLISECONDS));
    }

    /** Whether the next signal is here already. */
    boolean more() {
        return !signals.isEmpty();
    }

    private void readToTheEnd() {
        try {
            try (stream) {
                signals.put(new Signal.Opened(stream.open()));
                read(stream.body());
            } catch (IOException | RuntimeException broken) {
                // Why it ended is nobody's concern: it is opened again, and a list finds out what hinders it.
                line.reset();
            }
            signals.put(new Signal.Ended());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(InputStream body) throws IOException, InterruptedException {
        byte[] chunk = new byte[CHUNK];
        for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
            int begin = 0;
            for (int at = 0; at < read; at++) {
                if (chunk[at] == '\n') {
                    line.write(chunk, begin, at - begin);
                    begin = at + 1;
                    if (line.size() > 0) {
                        signals.put(new Signal.Line(line.toByteArray()));
                        line.reset();
                    }
                }
            }
            line.write(chunk, begin, read - begin);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        stream.close();
    }
}
