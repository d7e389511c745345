package dev.relevo.image;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * What the last build of a project came from and led to, so that an unchanged one needs to do nothing.
 *
 * @param sources what the compilation came from
 * @param classPath what its class path came from; empty when that may change by itself
 * @param compiled what it led to
 * @param stamp of what it led to, as it was then
 * @param inputs what the image came from; empty when no image came of it
 * @param digest of the image
 */
public record BuildMemory(
        String sources,
        Optional<String> classPath,
        CompiledProject compiled,
        String stamp,
        Optional<String> inputs,
        Optional<String> digest) {
    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new Jdk8Module()).build();

    /** Makes ready what reads and writes it. */
    public static void expect() {
        var unusedReader = JSON.readerFor(BuildMemory.class);
        var unusedWriter = JSON.writerFor(BuildMemory.class);
    }

    /** The memory in the file; empty when there is none, or one that an interrupted or other version left. */
    public static Optional<BuildMemory> read(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(JSON.readValue(file.toFile(), BuildMemory.class))
                    : Optional.empty();
        } catch (IOException notOurs) {
            return Optional.empty();
        }
    }

    /** Keeps this for the next build. */
    public void write(Path file) throws IOException {
        Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), ".memory", "");
        try {
            JSON.writeValue(temporary.toFile(), this);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The libraries, where they come from the same and are all still there; folders of other modules may change any time. */
    public Optional<List<Path>> librariesFrom(Optional<String> currentClassPath) {
        boolean same = currentClassPath.isPresent()
                && classPath.equals(currentClassPath)
                && compiled.snapshots().isEmpty()
                && compiled.libraries().stream().allMatch(Files::isRegularFile);
        return same ? Optional.of(compiled.libraries()) : Optional.empty();
    }

    /** Whether the compilation still stands: same sources, its results untouched, and no dependency that moves by itself. */
    public boolean compiledFrom(String currentSources) {
        try {
            return sources.equals(currentSources)
                    && compiled.snapshots().isEmpty()
                    && stamp.equals(compiled.stamp().toString());
        } catch (IOException somethingIsGone) {
            return false;
        }
    }
}
