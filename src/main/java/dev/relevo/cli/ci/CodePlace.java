package dev.relevo.cli.ci;

import java.nio.file.Path;

/**
 * A line of a file that is there.
 *
 * @param file absolute
 * @param line from 1
 */
public record CodePlace(Path file, int line) {
    public CodePlace {
        if (!file.isAbsolute() || line < 1) {
            throw new IllegalArgumentException(
                    "A place is an absolute path and a line from 1, not " + file + ":" + line);
        }
    }
}
