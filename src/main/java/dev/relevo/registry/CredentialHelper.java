package dev.relevo.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.image.RegistryLogin.Login;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A program {@code docker-credential-<suffix>}, as Docker's credential stores and cloud vendors install them: it gets the
 * server's address on its standard input and answers with JSON.
 */
final class CredentialHelper {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 30;

    private final String program;
    private final Map<String, String> environment;

    CredentialHelper(String suffix, Map<String, String> environment) {
        this.program = "docker-credential-" + suffix;
        this.environment = Map.copyOf(environment);
    }

    /** The login for a server; empty when the helper has none. */
    Optional<Login> find(String server) {
        Process process = start();
        try {
            CompletableFuture<String> errors = read(process.getErrorStream());
            CompletableFuture<String> answer = read(process.getInputStream());
            try (var in = process.getOutputStream()) {
                in.write(server.getBytes(StandardCharsets.UTF_8));
            } catch (IOException endedWithoutReading) {
                // Its exit status and answer tell more than the closed pipe.
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw failed("it gave no answer within " + PATIENCE_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                String said = (answer.get() + " " + errors.get()).strip();
                if (said.contains("credentials not found") || said.contains("no credentials")) {
                    return Optional.empty();
                }
                throw failed(said.isEmpty() ? "it ended with status " + process.exitValue() : said);
            }
            return login(answer.get());
        } catch (ExecutionException e) {
            throw failed("its answer cannot be read: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(RegistryError.STOPPED, "Stopped while asking " + program)
                    .asException(e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start() {
        ProcessBuilder builder = new ProcessBuilder(locate(), "get");
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw Problem.of(RegistryError.CREDENTIALS, "The credential helper [" + program + "] cannot be started")
                    .detail(String.valueOf(e.getMessage()))
                    .remedy("Docker's config.json names it: install it, or take it out of credHelpers or credsStore")
                    .asException(e);
        }
    }

    /** Java looks a program up in the PATH of this process, not in the one that the child is given. */
    private String locate() {
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder).resolve(program);
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return program;
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readNBytes(1 << 20), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                CredentialHelper::onItsOwnThread);
    }

    /** In a shared pool of one thread neither stream would end before the other. */
    private static void onItsOwnThread(Runnable task) {
        Thread thread = new Thread(task, "credential-helper-output");
        thread.setDaemon(true);
        thread.start();
    }

    /** Never shows the answer, which holds the secret. */
    private Optional<Login> login(String answer) {
        try {
            JsonNode json = JSON.readTree(answer);
            String username = json.path("Username").asText();
            String secret = json.path("Secret").asText();
            return secret.isEmpty() ? Optional.empty() : Optional.of(new Login(username, secret));
        } catch (IOException e) {
            throw failed("its answer is not JSON");
        }
    }

    private RelevoException failed(String why) {
        return Problem.of(RegistryError.CREDENTIALS, "The credential helper [" + program + "] failed: " + why)
                .remedy("Log in again with the tool that it belongs to")
                .asException();
    }
}
