package dev.relevo.local.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * The changes on disk: a snapshot of everything and a journal of what came after it. A record is one line, a CRC-32 and
 * JSON; the first line that does not match its sum ends the journal, so a write cut short by a crash loses itself alone.
 * Not thread-safe.
 */
final class Journal implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long COMPACT_EVERY_BYTES = 8L << 20;

    private final Path directory;
    private final FileChannel lockFile;
    private final FileLock lock;
    /** No channel: an interrupt of any writing thread would close a channel for all of them. */
    private final RandomAccessFile journal;

    private long compactAbove = COMPACT_EVERY_BYTES;

    private Journal(Path directory, FileChannel lockFile, FileLock lock, RandomAccessFile journal) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
        this.journal = journal;
    }

    /**
     * Opens or makes the files and replays what they hold.
     *
     * @param replay gets every record, in the order of versions
     * @throws UncheckedIOException when the directory cannot be used
     * @throws IllegalStateException when another process has it open
     */
    static Journal open(Path directory, Consumer<ObjectNode> replay) {
        try {
            Files.createDirectories(directory);
            FileChannel lockFile =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(lockFile)
                    .orElseThrow(() -> new IllegalStateException(
                            "[" + directory + "] is in use by another server; stop it or choose another directory"));
            if (Files.exists(snapshotFile(directory))) {
                replay(snapshotFile(directory), replay);
            }
            RandomAccessFile journal =
                    new RandomAccessFile(journalFile(directory).toFile(), "rw");
            long intact = replay(journalFile(directory), replay);
            truncate(journal, intact);
            return new Journal(directory, lockFile, lock, journal);
        } catch (IOException e) {
            throw new UncheckedIOException("The objects cannot be read from [" + directory + "]", e);
        }
    }

    /** A record of an object as it is stored. */
    static ObjectNode put(ResourceType type, long resourceVersion, ObjectNode object) {
        return record("put", type, resourceVersion).set("object", object);
    }

    /** A record of a removal. */
    static ObjectNode remove(ObjectKey key, long resourceVersion) {
        return record("remove", key.type(), resourceVersion)
                .put("namespace", key.namespace())
                .put("name", key.name());
    }

    /** A record that makes a kind known which is not one of the standard ones. */
    static ObjectNode register(ResourceType type, long resourceVersion) {
        return record("type", type, resourceVersion).set("type", JSON.valueToTree(type));
    }

    /** A record that makes a kind unknown again. */
    static ObjectNode unregister(ResourceType type, long resourceVersion) {
        return record("untype", type, resourceVersion);
    }

    /** A record of a version alone. */
    static ObjectNode version(long resourceVersion) {
        return JsonNodeFactory.instance.objectNode().put("op", "version").put("rv", resourceVersion);
    }

    /** The type that a {@link #register} record carries. */
    static ResourceType registered(ObjectNode entry) {
        try {
            return JSON.treeToValue(entry.get("type"), ResourceType.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("A recorded type cannot be read: " + entry, e);
        }
    }

    private static ObjectNode record(String operation, ResourceType type, long resourceVersion) {
        return version(resourceVersion)
                .put("op", operation)
                .put("apiVersion", type.apiVersion())
                .put("kind", type.kind());
    }

    /**
     * Adds a record, or nothing at all.
     *
     * @throws ApiError 500 when the disk refuses
     */
    void append(ObjectNode entry) {
        try {
            long start = journal.getFilePointer();
            try {
                journal.write(encode(entry));
            } catch (IOException e) {
                truncate(journal, start);
                throw e;
            }
        } catch (IOException e) {
            throw ApiError.of(
                    500, "InternalError", "The change cannot be stored in [" + directory + "]: " + e.getMessage());
        }
    }

    /** Whether the journal has grown so long that a snapshot is worth its time. */
    boolean wantsCompaction() {
        try {
            return journal.length() > compactAbove;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces snapshot and journal by the given records, which must say everything. */
    void compact(Iterator<ObjectNode> records) {
        Path fresh = directory.resolve("snapshot.new");
        try {
            compactAbove = journal.length() + COMPACT_EVERY_BYTES;
            try (FileOutputStream file = new FileOutputStream(fresh.toFile());
                    OutputStream out = new BufferedOutputStream(file)) {
                while (records.hasNext()) {
                    out.write(encode(records.next()));
                }
                out.flush();
                file.getFD().sync();
            }
            Files.move(
                    fresh,
                    snapshotFile(directory),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            truncate(journal, 0);
            journal.getFD().sync();
            compactAbove = COMPACT_EVERY_BYTES;
        } catch (IOException e) {
            throw new UncheckedIOException("The objects cannot be written to [" + directory + "]", e);
        }
    }

    private static void truncate(RandomAccessFile file, long length) throws IOException {
        file.setLength(length);
        file.seek(length);
    }

    @Override
    public void close() {
        try {
            journal.close();
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The journal in [" + directory + "] cannot be closed", e);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    /** Replays a file up to its first damaged record and returns the length of the intact part. */
    private static long replay(Path file, Consumer<ObjectNode> replay) throws IOException {
        long intact = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    line.write(b);
                    continue;
                }
                Optional<ObjectNode> entry = decode(line.toByteArray());
                if (entry.isEmpty()) {
                    break;
                }
                replay.accept(entry.get());
                intact += line.size() + 1;
                line.reset();
            }
        }
        return intact;
    }

    private static byte[] encode(ObjectNode entry) throws IOException {
        byte[] json = JSON.writeValueAsBytes(entry);
        byte[] line = new byte[json.length + 10];
        System.arraycopy(sum(json, 0, json.length), 0, line, 0, 8);
        line[8] = ' ';
        System.arraycopy(json, 0, line, 9, json.length);
        line[line.length - 1] = '\n';
        return line;
    }

    private static Optional<ObjectNode> decode(byte[] line) {
        if (line.length < 10) {
            return Optional.empty();
        }
        byte[] expected = sum(line, 9, line.length - 9);
        if (!Arrays.equals(expected, 0, 8, line, 0, 8)) {
            return Optional.empty();
        }
        try {
            JsonNode entry = JSON.readTree(line, 9, line.length - 9);
            return entry instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] sum(byte[] bytes, int offset, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, offset, length);
        return HexFormat.of().toHexDigits((int) crc.getValue()).getBytes(StandardCharsets.US_ASCII);
    }

    private static Path snapshotFile(Path directory) {
        return directory.resolve("snapshot");
    }

    private static Path journalFile(Path directory) {
        return directory.resolve("journal");
    }
}
