package dev.relevo.cluster;

import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Sends requests to one API server and repeats those that can heal, within the time of its {@link RetryPolicy}. */
final class ApiConnection implements AutoCloseable {
    private final ApiTransport transport;
    private final ServerAddress server;
    private final RetryPolicy retries;
    private volatile boolean contacted;
    private volatile boolean closed;

    ApiConnection(ApiTransport transport, ServerAddress server, RetryPolicy retries) {
        this.transport = transport;
        this.server = server;
        this.retries = retries;
    }

    ServerAddress server() {
        return server;
    }

    /**
     * The server's answer, whatever it is but 401, 429 and such 5xx as may heal.
     *
     * @throws RelevoException when there is none in time, or the server does not know us
     */
    ApiAnswer call(ApiRequest request) {
        Instant start = Instant.now();
        boolean repeated = false;
        for (int attempt = 1; ; attempt++) {
            Optional<Duration> retryAfter = Optional.empty();
            Problem last;
            Throwable cause = null;
            try {
                ApiResponse response = transport.send(request, retries.requestTimeout());
                contacted = true;
                ApiAnswer answer = new ApiAnswer(response.status(), response.body(), repeated);
                if ((answer.status() != 429 && answer.status() < 500)
                        || SchemaFindings.in(answer).isPresent()) {
                    return known(answer, request);
                }
                retryAfter = response.retryAfter().flatMap(ApiConnection::wait);
                repeated |= answer.status() >= 500;
                last = serverError(answer, request, attempt);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw stopped(request.what(), e);
            } catch (ExecutionException | TimeoutException e) {
                if (closed) {
                    throw stopped(request.what(), e);
                }
                ConnectionFailure failure = new ConnectionFailure(e);
                Duration spent = Duration.between(start, Instant.now());
                last = failure.problem(server, request, spent, attempt);
                cause = failure.cause();
                if (!failure.healable()) {
                    throw last.asException(cause);
                }
                repeated |= failure.mayHaveArrived();
            }
            Optional<Duration> wait =
                    retries.next(attempt, Duration.between(start, Instant.now()), retryAfter, contacted);
            if (wait.isEmpty()) {
                throw cause == null ? last.asException() : last.asException(cause);
            }
            pause(wait.get(), request.what());
        }
    }

    /**
     * One attempt of a request whose answer, whatever its status, is the caller's.
     *
     * @throws RelevoException when there is none in time
     */
    ApiAnswer once(String method, String path, Map<String, String> headers, Duration timeout) {
        ApiRequest request = ApiRequest.bare(method, path, headers);
        Instant start = Instant.now();
        try {
            ApiResponse response = transport.send(request, timeout);
            return new ApiAnswer(response.status(), response.body(), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopped(request.what(), e);
        } catch (ExecutionException | TimeoutException e) {
            throw new ConnectionFailure(e)
                    .problem(server, request, Duration.between(start, Instant.now()), 1)
                    .asException(e);
        }
    }

    /** A watch, not begun yet. */
    ApiStream stream(String path) {
        return transport.stream(path);
    }

    private ApiAnswer known(ApiAnswer answer, ApiRequest request) {
        if (answer.status() == 401) {
            throw Problem.of(ClusterError.UNAUTHORIZED, "The API server " + server + " does not accept the credentials")
                    .detail("While: " + request.what())
                    .remedy("Renew the token or certificate of this context in the kubeconfig (log in again); in CI,"
                            + " check the kubeconfig credential that the job binds.")
                    .asException();
        }
        return answer;
    }

    private Problem serverError(ApiAnswer answer, ApiRequest request, int attempts) {
        return Problem.of(
                        ClusterError.SERVER_ERROR,
                        "The API server " + server + " answers with " + answer.status() + ": "
                                + Redaction.of(request.body()).apply(answer.message()))
                .detail("While: " + request.what() + ", " + attempts + (attempts == 1 ? " attempt" : " attempts"))
                .remedy(
                        answer.status() == 429
                                ? "The API server is overloaded: run the command again later."
                                : "If the message names a webhook, repair or remove it; else look at the health of the"
                                        + " control plane and run the command again.");
    }

    private static Optional<Duration> wait(String retryAfter) {
        String value = retryAfter.strip();
        try {
            return Optional.of(Duration.ofSeconds(Math.max(0, Long.parseLong(value))));
        } catch (NumberFormatException notSeconds) {
            try {
                Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                Duration until = Duration.between(Instant.now(), at);
                return Optional.of(until.isNegative() ? Duration.ZERO : until);
            } catch (DateTimeParseException neither) {
                return Optional.empty();
            }
        }
    }

    /**
     * Lets time pass before something is asked again.
     *
     * @param what for the message of who is stopped meanwhile
     */
    void pause(Duration wait, String what) {
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopped(what, e);
        }
    }

    private RelevoException stopped(String what, Exception e) {
        return Problem.of(ClusterError.INTERRUPTED, "Stopped while waiting for the API server " + server)
                .detail("While: " + what)
                .asException(e);
    }

    @Override
    public void close() {
        closed = true;
        transport.close();
    }
}
