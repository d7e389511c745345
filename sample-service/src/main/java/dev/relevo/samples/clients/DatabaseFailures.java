package dev.relevo.samples.clients;

import io.micronaut.context.annotation.Factory;
import io.micronaut.data.connection.exceptions.ConnectionException;
import io.micronaut.data.connection.jdbc.exceptions.CannotGetJdbcConnectionException;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** The ways in which Micronaut Data says that the database did not answer; they have no common type. */
@Factory
final class DatabaseFailures {
    @Singleton
    ExceptionHandler<CannotGetJdbcConnectionException, HttpResponse<?>> noConnection(DatabaseAway away) {
        return away::answer;
    }

    @Singleton
    ExceptionHandler<ConnectionException, HttpResponse<?>> brokenConnection(DatabaseAway away) {
        return away::answer;
    }

    @Singleton
    ExceptionHandler<DataAccessException, HttpResponse<?>> failedStatement(DatabaseAway away) {
        return away::answer;
    }
}
