package dev.relevo.manifest;

/**
 * Where a manifest comes from.
 *
 * @param file path as the user knows it, relative to the project, or what made it, e.g. {@code relevo.yaml (service)}
 * @param line first line of the document, from 1; 0 when there is none
 */
public record Source(String file, int line) {
    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}
