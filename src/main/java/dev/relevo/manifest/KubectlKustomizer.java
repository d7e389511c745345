package dev.relevo.manifest;

import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** {@code kubectl kustomize}. */
final class KubectlKustomizer implements Kustomizer {
    private static final long TIMEOUT_SECONDS = 120;
    /** A thread for each stream: in a shared pool of one thread neither would end before the other. */
    private static final Executor READER = task -> {
        Thread thread = new Thread(task, "kubectl-output");
        thread.setDaemon(true);
        thread.start();
    };

    private final Path kubectl;
    private final Path project;

    KubectlKustomizer(Path kubectl, Path project) {
        this.kubectl = kubectl;
        this.project = project.toAbsolutePath().normalize();
    }

    @Override
    public List<Manifest> build(Path folder) {
        String name = folder.startsWith(project) ? project.relativize(folder).toString() : folder.toString();
        String shown = name.isEmpty() ? "." : name;
        try {
            Process process = new ProcessBuilder(kubectl.toString(), "kustomize", folder.toString()).start();
            process.getOutputStream().close();
            CompletableFuture<String> errors =
                    CompletableFuture.supplyAsync(() -> read(process.getErrorStream()), READER);
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> read(process.getInputStream()), READER);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw failed(shown, "kubectl kustomize did not end within " + TIMEOUT_SECONDS + " s", List.of());
            }
            if (process.exitValue() != 0) {
                throw failed(
                        shown,
                        "The kustomization [" + shown + "] cannot be built",
                        errors.join().strip().lines().toList());
            }
            return ManifestReader.parse(output.join(), shown + " (kustomize output)");
        } catch (IOException e) {
            throw failed(shown, "kubectl at [" + kubectl + "] cannot be run: " + e.getMessage(), List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(shown, "Stopped while building the kustomization [" + shown + "]", List.of());
        }
    }

    private static String read(java.io.InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException closed) {
            return "";
        }
    }

    private static RuntimeException failed(String folder, String summary, List<String> details) {
        return Problem.of(ManifestError.KUSTOMIZATION, summary)
                .details(details)
                .remedy("`kubectl kustomize " + folder + "` must succeed.")
                .asException();
    }
}
