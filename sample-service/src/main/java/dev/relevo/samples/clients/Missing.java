package dev.relevo.samples.clients;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;

/** What is answered when something that was asked for does not exist. */
final class Missing {
    private Missing() {}

    static HttpStatusException client(long id) {
        return new HttpStatusException(HttpStatus.NOT_FOUND, "There is no client [" + id + "].");
    }
}
