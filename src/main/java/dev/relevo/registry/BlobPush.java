package dev.relevo.registry;

import dev.relevo.image.Descriptor;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Sends one blob after another, from any thread, and counts what went and what did not have to. */
final class BlobPush {
    private static final long REPORT_EVERY = 256 * 1024;

    private final RegistryClient client;
    private final RegistryRequest requests;
    private final Optional<String> mountFrom;
    private final EventSink events;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong present = new AtomicLong();

    BlobPush(RegistryClient client, RegistryRequest requests, Optional<String> mountFrom, EventSink events) {
        this.client = client;
        this.requests = requests;
        this.mountFrom = mountFrom;
        this.events = events;
    }

    long bytesSent() {
        return sent.get();
    }

    long bytesPresent() {
        return present.get();
    }

    void push(Descriptor blob, Path file) {
        String id = blob.digest().toString();
        String label = (blob.mediaType().contains("config") ? "config " : "layer ")
                + blob.digest().hex().substring(0, 12) + " (" + size(blob.size()) + ")";
        long start = System.nanoTime();
        events.emit(new Event.TaskStarted(id, label, Event.TaskKind.LAYER));
        try {
            long bytes = requests.run("sending " + label, () -> {
                if (client.hasBlob(blob.digest())) {
                    return 0L;
                }
                return client.pushBlob(blob, file, mountFrom, progress(id, blob.size())::at);
            });
            sent.addAndGet(bytes);
            present.addAndGet(blob.size() - bytes);
            finished(
                    id,
                    label,
                    bytes == 0 ? Event.Outcome.UNCHANGED : Event.Outcome.DONE,
                    start,
                    bytes == 0 ? "present" : "");
        } catch (RelevoException e) {
            events.emit(new Event.TaskFinished(
                    id, label, Event.Outcome.FAILED, since(start), e.problem().summary(), Optional.of(e.problem())));
            throw e;
        }
    }

    private void finished(String id, String label, Event.Outcome outcome, long start, String detail) {
        events.emit(new Event.TaskFinished(id, label, outcome, since(start), detail));
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Progress progress(String id, long total) {
        return new Progress(id, total);
    }

    private final class Progress {
        private final String id;
        private final long total;
        private long reported;

        Progress(String id, long total) {
            this.id = id;
            this.total = total;
        }

        void at(long bytes) {
            if (bytes - reported >= REPORT_EVERY || bytes >= total) {
                reported = bytes;
                events.emit(new Event.TaskProgress(id, Math.min(bytes, total), total, "bytes", ""));
            }
        }
    }

    private static String size(long bytes) {
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
