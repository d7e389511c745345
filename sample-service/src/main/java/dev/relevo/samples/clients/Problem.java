package dev.relevo.samples.clients;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * An error as RFC 9457 describes it.
 *
 * @param type     what kind of problem; {@code about:blank}: no more than its status says
 * @param title    the status in words
 * @param status   the HTTP status
 * @param detail   what is wrong with this very request
 * @param instance the path that was asked for
 * @param traceId  finds the request in the logs
 * @param errors   each input that is wrong, empty when the problem is another
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        @Nullable String traceId,
        List<Invalid> errors) {

    /**
     * One input that is wrong.
     *
     * @param field  its name
     * @param detail what is wrong with it
     */
    @Serdeable
    public record Invalid(String field, String detail) {}
}
