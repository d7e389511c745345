package dev.relevo.local.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * The log of one run of a container: each line with the time at which it was complete, in one file that is moved aside
 * ({@code .1}) when it has reached its size, so that the newest output is always kept.
 */
final class ContainerLog implements AutoCloseable {
    /** A line longer than this is stored as several. */
    private static final int LONGEST_LINE = 256 * 1024;

    private final Path file;
    private final long rotateAt;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private OutputStream out;
    private long written;
    private int rotations;
    private boolean closed;

    /**
     * Opens a log for writing.
     *
     * @param rotateAt bytes after which the file is moved aside
     */
    ContainerLog(Path file, long rotateAt) throws IOException {
        this.file = file;
        this.rotateAt = rotateAt;
        this.out = open(file);
    }

    private static OutputStream open(Path file) throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    Path file() {
        return file;
    }

    /** The file that holds what was written before the last rotation; may not exist. */
    static Path older(Path file) {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    synchronized void append(byte[] bytes, int count) throws IOException {
        if (closed) {
            return;
        }
        ByteArrayOutputStream block = new ByteArrayOutputStream(count + 64);
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n' || line.size() >= LONGEST_LINE) {
                endLine(block);
            }
            if (bytes[i] != '\n') {
                line.write(bytes[i]);
            }
        }
        flush(block);
    }

    private void endLine(ByteArrayOutputStream block) {
        block.writeBytes((Instant.now() + " ").getBytes(StandardCharsets.US_ASCII));
        block.writeBytes(line.toByteArray());
        block.write('\n');
        line.reset();
    }

    private void flush(ByteArrayOutputStream block) throws IOException {
        if (block.size() == 0) {
            return;
        }
        block.writeTo(out);
        out.flush();
        written += block.size();
        if (written >= rotateAt) {
            out.close();
            Files.move(file, older(file), StandardCopyOption.REPLACE_EXISTING);
            out = open(file);
            written = 0;
            rotations++;
        }
        notifyAll();
    }

    /** How often the file was moved aside, for a reader to notice. */
    synchronized int rotations() {
        return rotations;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Waits until there may be more to read than {@code seen} bytes of the current file, or the log is closed. */
    synchronized void awaitChange(int seenRotations, long seen, long timeoutMillis) throws InterruptedException {
        if (!closed && rotations == seenRotations && written <= seen) {
            wait(timeoutMillis);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        try (OutputStream last = out) {
            if (line.size() > 0) {
                ByteArrayOutputStream block = new ByteArrayOutputStream();
                endLine(block);
                block.writeTo(last);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            closed = true;
            notifyAll();
        }
    }
}
