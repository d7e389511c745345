package dev.relevo.samples.clients;

import io.micronaut.data.connection.jdbc.exceptions.CannotGetJdbcConnectionException;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests that got no connection to the database with 503: nothing was done, so that whoever asked may ask again. A
 * connection that is lost in the middle of a request stays a 500, because then nobody knows what was done.
 */
@Singleton
final class DatabaseAway implements ExceptionHandler<CannotGetJdbcConnectionException, HttpResponse<?>> {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAway.class);
    private static final String RETRY_SECONDS = "5";

    private final ErrorResponseProcessor<?> body;

    DatabaseAway(ErrorResponseProcessor<?> body) {
        this.body = body;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public HttpResponse<?> handle(HttpRequest request, CannotGetJdbcConnectionException e) {
        LOG.warn(
                "No connection to the database: {}",
                e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
        return body.processResponse(
                ErrorContext.builder(request)
                        .cause(e)
                        .errorMessage("The service does not reach its database at the moment; nothing was done.")
                        .build(),
                HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE).header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS));
    }
}
