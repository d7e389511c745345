package dev.relevo.config;

import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a person writes. */
final class YamlFile {
    private YamlFile() {}

    /**
     * Reads it.
     *
     * @param shown its name for people
     * @throws dev.relevo.report.RelevoException with {@link ConfigError#UNREADABLE_FILE}, naming the line where there is one
     */
    static YamlDocument read(Path file, String shown) {
        try {
            return YamlDocument.parse(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw Problem.of(ConfigError.UNREADABLE_FILE, file + " is not UTF-8 text")
                    .remedy("Save it as UTF-8.")
                    .asException(e);
        } catch (IOException e) {
            throw Problem.of(ConfigError.UNREADABLE_FILE, file + " cannot be read: " + e.getMessage())
                    .remedy("Check that it is a file and that you may read it.")
                    .asException(e);
        } catch (YamlDocument.Malformed e) {
            String place = e.line() > 0 ? shown + ":" + e.line() : shown;
            throw Problem.of(ConfigError.UNREADABLE_FILE, place + ": not valid YAML: " + e.getMessage())
                    .remedy("Correct the line; an indentation or a missing quote is the usual reason.")
                    .asException(e);
        }
    }
}
