package dev.relevo.samples.clients;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Gives every error, whoever raised it, the same body: {@code application/problem+json}. */
@Singleton
final class ProblemBody implements ErrorResponseProcessor<Problem> {
    private static final String INTERNAL = "The service failed to answer; the trace id finds the cause in its logs.";

    @Override
    public MutableHttpResponse<Problem> processResponse(ErrorContext context, MutableHttpResponse<?> base) {
        HttpStatus status = HttpStatus.valueOf(base.code());
        List<Problem.Invalid> invalid = invalid(context);
        Problem problem = new Problem(
                "about:blank",
                status.getReason(),
                status.getCode(),
                detail(context, status, invalid),
                context.getRequest().getPath(),
                TraceFilter.traceId(context.getRequest()).orElse(null),
                invalid);
        return base.body(problem).contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE);
    }

    private static String detail(ErrorContext context, HttpStatus status, List<Problem.Invalid> invalid) {
        if (status.getCode() >= HttpStatus.INTERNAL_SERVER_ERROR.getCode()
                && status != HttpStatus.SERVICE_UNAVAILABLE) {
            // What failed inside may name hosts or statements: it belongs into the log only.
            return INTERNAL;
        }
        if (!invalid.isEmpty()) {
            return invalid.stream()
                    .map(each -> each.field() + " " + each.detail())
                    .collect(Collectors.joining("; "));
        }
        return context.getErrors().stream().map(Error::getMessage).collect(Collectors.joining("; "));
    }

    private static List<Problem.Invalid> invalid(ErrorContext context) {
        return context.getRootCause()
                .filter(ConstraintViolationException.class::isInstance)
                .map(ConstraintViolationException.class::cast)
                .map(e -> e.getConstraintViolations().stream()
                        .map(each -> new Problem.Invalid(field(each), each.getMessage()))
                        .sorted(Comparator.comparing(Problem.Invalid::field).thenComparing(Problem.Invalid::detail))
                        .toList())
                .orElse(List.of());
    }

    /** The last part of the path: callers know the field, not the method and the parameter that carry it. */
    private static String field(ConstraintViolation<?> violation) {
        String field = "";
        for (Path.Node node : violation.getPropertyPath()) {
            field = node.getName();
        }
        return field;
    }
}
