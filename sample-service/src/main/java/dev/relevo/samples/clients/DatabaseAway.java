package dev.relevo.samples.clients;

import io.micronaut.data.connection.exceptions.ConnectionException;
import io.micronaut.data.connection.jdbc.exceptions.CannotGetJdbcConnectionException;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a database that is away from a fault of the service. A request that got no connection is answered with 503, and so is
 * a reading one whose connection broke: nothing was done, so whoever asked may ask again. A writing request whose connection
 * broke stays a 500, because nobody knows what was done.
 */
@Singleton
final class DatabaseAway {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAway.class);
    private static final String RETRY_SECONDS = "5";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final ErrorResponseProcessor<?> body;

    DatabaseAway(ErrorResponseProcessor<?> body) {
        this.body = body;
    }

    HttpResponse<?> answer(HttpRequest<?> request, RuntimeException e) {
        ErrorContext.Builder context = ErrorContext.builder(request).cause(e);
        boolean none = e instanceof CannotGetJdbcConnectionException;
        if (!none && !(isBroken(e) && READING.contains(request.getMethod()))) {
            LOG.error("The database did not do what was asked", e);
            return body.processResponse(context.build(), HttpResponse.serverError());
        }
        LOG.warn("No connection to the database: {}", e.getMessage());
        return body.processResponse(
                context.errorMessage("The service does not reach its database at the moment; nothing was done.")
                        .build(),
                HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE).header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS));
    }

    /** By PostgreSQL's error codes: class 08 are connection exceptions, 57P those of a server that stops or starts. */
    private static boolean isBroken(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String state = cause instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "";
            if (cause instanceof ConnectionException || state.startsWith("08") || state.startsWith("57P")) {
                return true;
            }
        }
        return false;
    }
}
