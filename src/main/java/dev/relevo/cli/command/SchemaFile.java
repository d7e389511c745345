package dev.relevo.cli.command;

import dev.relevo.config.ConfigLoader;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.RelevoException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The schema of relevo.yaml beside the project, where an editor finds it without any network: {@code relevo.yaml} names it in
 * its first line, and every command that reads the file keeps it at the engine's own version.
 */
final class SchemaFile {
    private static final String NAME = "relevo.schema.json";
    /** As relevo.yaml refers to it: relative to itself. */
    static final String REFERENCE = StepResults.FOLDER + "/" + NAME;

    private SchemaFile() {}

    /** The schema of this engine. */
    static String text() throws IOException {
        return new String(bytes(NAME), StandardCharsets.UTF_8);
    }

    /** That of groups' files. */
    static String textOfGroups() throws IOException {
        return new String(bytes("relevo-group.schema.json"), StandardCharsets.UTF_8);
    }

    /** Writes it for a project that refers to it. An editor's help is no reason to fail, say in a folder of somebody else. */
    static void keep(Path project) {
        try {
            if (isReferredTo(project)) {
                byte[] schema = bytes(NAME);
                Path file = StepResults.of(project).folder().resolve(NAME);
                if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), schema)) {
                    Files.write(file, schema);
                }
            }
        } catch (IOException | RelevoException withoutIt) {
            return;
        }
    }

    private static boolean isReferredTo(Path project) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(project.resolve(ConfigLoader.FILE))) {
            String first = reader.readLine();
            return first != null && first.endsWith("$schema=" + REFERENCE);
        }
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = SchemaFile.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }
}
