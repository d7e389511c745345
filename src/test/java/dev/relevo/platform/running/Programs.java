package dev.relevo.platform.running;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Other programs: those that run to their end, and those that stay until they are stopped. */
final class Programs {
    private static final long STOP_SECONDS = 60;

    private Programs() {}

    /** What a program printed on stdout, once it has ended well. */
    static String run(Path folder, Map<String, String> env, List<String> command) throws Exception {
        Path err = Files.createTempFile("program", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
            builder.environment().putAll(env);
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(command + " ended with " + status + ":\n" + Files.readString(err) + out);
            }
            return out;
        } finally {
            Files.delete(err);
        }
    }

    /**
     * Starts a program that stays.
     *
     * @param log the file that gets its output, after what is there
     */
    static Process start(Path log, Map<String, String> env, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(env);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** Asks it to end, and ends it with all that it has started when it does not. */
    static void stop(Process process) throws InterruptedException {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        for (ProcessHandle relative : family) {
            relative.destroy();
            // Its files are about to be deleted.
            relative.onExit().join();
        }
    }
}
