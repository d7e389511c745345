package dev.relevo.local.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The surroundings in which a container's processes run.
 *
 * @param root the directory that stands for the container's file system
 * @param rewriter turns the container's paths into the machine's
 * @param env the environment of its processes
 * @param directory the working directory
 */
record LaunchedContainer(Path root, PathRewriter rewriter, Map<String, String> env, Path directory) {
    LaunchedContainer {
        env = Map.copyOf(env);
    }

    /**
     * What to start for a command line of the container.
     *
     * @throws CannotStart when there is no such executable
     */
    ContainerProcess.Spec command(List<String> command) throws CannotStart {
        List<String> line = new ArrayList<>();
        line.add(executable(command.get(0)));
        command.subList(1, command.size()).forEach(argument -> line.add(rewriter.rewrite(argument)));
        return new ContainerProcess.Spec(line, env, directory);
    }

    private String executable(String name) throws CannotStart {
        if (name.contains("/")) {
            Path path = name.startsWith("/") ? Path.of(rewriter.rewrite(name)) : directory.resolve(name);
            if (!Files.isRegularFile(path)) {
                throw new CannotStart(
                        "StartError", "exec: \"" + name + "\": stat " + name + ": no such file or directory");
            }
            if (!Files.isExecutable(path)) {
                throw new CannotStart("StartError", "exec: \"" + name + "\": permission denied");
            }
            return path.toString();
        }
        for (String entry : env.getOrDefault("PATH", "").split(":")) {
            Path path = Path.of(entry).resolve(name);
            if (!entry.isEmpty() && Files.isRegularFile(path) && Files.isExecutable(path)) {
                return path.toString();
            }
        }
        throw new CannotStart("StartError", "exec: \"" + name + "\": executable file not found in $PATH");
    }

    /** Copies an argument file ({@code @file}) with its paths turned into the machine's. */
    static void rewriteArgumentFile(Path file, PathRewriter rewriter) throws IOException {
        String text = Files.readString(file);
        Path rewritten = Files.createTempFile(file.toAbsolutePath().getParent(), ".args", "");
        Files.writeString(rewritten, rewriter.rewrite(text));
        Files.move(rewritten, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
