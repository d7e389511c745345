package dev.relevo.project;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds a program where the command's own PATH says; Java alone would look in the PATH of this process. */
final class ProgramPath {
    private ProgramPath() {}

    static List<String> located(Command command) {
        String program = command.words().get(0);
        if (!command.environment().containsKey("PATH") || program.contains(File.separator)) {
            return command.words();
        }
        List<String> words = new ArrayList<>(command.words());
        String path = command.environment().getOrDefault("PATH", "");
        for (String folder : path.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder).resolve(program);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                words.set(0, candidate.toAbsolutePath().toString());
                return words;
            }
        }
        // A path that does not exist, so that starting it fails as it should instead of finding another one.
        words.set(
                0,
                Path.of(path.split(File.pathSeparator, -1)[0])
                        .resolve(program)
                        .toAbsolutePath()
                        .toString());
        return words;
    }
}
