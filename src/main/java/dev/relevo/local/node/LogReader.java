package dev.relevo.local.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Copies the wanted part of a container's log to a stream. */
final class LogReader {
    /** A follower looks again after this time even if nothing was announced, to notice that its client has gone. */
    private static final long FOLLOW_PAUSE_MILLIS = 10_000;

    private final Path file;
    private final Optional<ContainerLog> running;
    private final LogQuery query;
    private long remaining;
    private boolean following;

    /**
     * A reader of one log.
     *
     * @param running the log that is still being written; empty when the container has ended
     */
    LogReader(Path file, Optional<ContainerLog> running, LogQuery query) {
        this.file = file;
        this.running = running;
        this.query = query;
        this.remaining = query.limitBytes().orElse(Long.MAX_VALUE);
    }

    void copyTo(OutputStream out) throws IOException, InterruptedException {
        Deque<String> lines = new ArrayDeque<>();
        int rotations = running.map(ContainerLog::rotations).orElse(0);
        try (RandomAccessFile current = open()) {
            Path older = ContainerLog.older(file);
            if (Files.exists(older)) {
                try (BufferedReader reader = Files.newBufferedReader(older)) {
                    collect(reader, lines);
                }
            }
            long position = readLines(current, 0, lines);
            emit(lines, out);
            if (query.follow() && running.isPresent()) {
                following = true;
                follow(running.get(), rotations, current, position, out);
            }
        }
    }

    private RandomAccessFile open() throws IOException {
        return new RandomAccessFile(file.toFile(), "r");
    }

    /** Reads on from the open file, which can still be read when the log is moved aside or removed. */
    private void follow(ContainerLog log, int rotationsSeen, RandomAccessFile first, long from, OutputStream out)
            throws IOException, InterruptedException {
        RandomAccessFile current = first;
        int rotations = rotationsSeen;
        long position = from;
        try {
            while (remaining > 0) {
                boolean last = log.isClosed();
                boolean rotated = log.rotations() != rotations;
                position = copyRest(current, position, out);
                if (rotated) {
                    rotations = log.rotations();
                    current.close();
                    current = open();
                    position = copyRest(current, 0, out);
                }
                if (last) {
                    return;
                }
                log.awaitChange(rotations, position, FOLLOW_PAUSE_MILLIS);
            }
        } finally {
            current.close();
        }
    }

    private long copyRest(RandomAccessFile current, long position, OutputStream out) throws IOException {
        Deque<String> lines = new ArrayDeque<>();
        long end = readLines(current, Math.min(position, current.length()), lines);
        emit(lines, out);
        return end;
    }

    private void emit(Deque<String> lines, OutputStream out) throws IOException {
        for (String line : lines) {
            emit(line, out);
        }
        // An empty flush, too, tells whether the reader is still there.
        out.flush();
    }

    /** Reads whole lines from a position; what is behind the last line end is left for the next time. */
    private long readLines(RandomAccessFile current, long from, Deque<String> lines) throws IOException {
        byte[] bytes = new byte[(int) Math.min(Integer.MAX_VALUE - 8, current.length() - from)];
        current.seek(from);
        current.readFully(bytes);
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                add(new String(bytes, start, i - start, StandardCharsets.UTF_8), lines);
                start = i + 1;
            }
        }
        return from + start;
    }

    private void collect(BufferedReader reader, Deque<String> lines) throws IOException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            add(line, lines);
        }
    }

    private void add(String line, Deque<String> lines) {
        if (query.since().isPresent() && writtenAt(line).isBefore(query.since().get())) {
            return;
        }
        lines.add(line);
        if (!following && lines.size() > query.tailLines().orElse(Long.MAX_VALUE)) {
            lines.removeFirst();
        }
    }

    private static Instant writtenAt(String line) {
        int space = line.indexOf(' ');
        try {
            return space < 0 ? Instant.EPOCH : Instant.parse(line.substring(0, space));
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    private void emit(String line, OutputStream out) throws IOException {
        String text = query.timestamps() ? line : line.substring(line.indexOf(' ') + 1);
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        int count = (int) Math.min(bytes.length, remaining);
        out.write(bytes, 0, count);
        remaining -= count;
    }
}
