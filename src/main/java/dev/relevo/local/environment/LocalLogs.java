package dev.relevo.local.environment;

import java.nio.file.Path;
import java.util.List;

/**
 * What the background process said.
 *
 * @param file the whole log
 * @param lastLines its end
 */
public record LocalLogs(Path file, List<String> lastLines) {
    public LocalLogs {
        lastLines = List.copyOf(lastLines);
    }
}
