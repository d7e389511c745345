package dev.relevo.local.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Answers of the proxy itself, for people to read. */
final class Refusal {
    private Refusal() {}

    /** 503: nobody is there to answer. */
    static void noBackend(HttpServerExchange exchange, Forwarding forwarding, int ready) {
        PortKey service = forwarding.service();
        String namespace = service.owner().namespace();
        String name = service.owner().name();
        String text = ready == 0
                ? service + " has no ready endpoint.\nSee: kubectl -n " + namespace + " get endpointslices -l "
                        + Endpoints.SERVICE_LABEL + "=" + name + "\n"
                : service + " has " + ready + " ready " + (ready == 1 ? "endpoint" : "endpoints")
                        + ", but none answers: " + forwarding.lastFailure().orElse("all are ending") + ".\n";
        send(exchange, StatusCodes.SERVICE_UNAVAILABLE, text);
    }

    /**
     * 502: the endpoint had the request and gave no answer. A request that may change something is not sent again, for it
     * may have been carried out.
     */
    static void lost(HttpServerExchange exchange, Forwarding forwarding, boolean sentAgain) {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String text = forwarding.service() + ": endpoint " + forwarding.endpoint()
                + " closed the connection before it answered " + request + ".\n"
                + (sentAgain
                        ? "The request was sent to other endpoints too, none of which answered.\n"
                        : "It may have been carried out, so it was not sent to another endpoint.\n");
        send(exchange, StatusCodes.BAD_GATEWAY, text);
    }

    /** 504: the endpoint took longer than the route allows. */
    static void late(HttpServerExchange exchange, Forwarding forwarding, Duration limit) {
        send(
                exchange,
                StatusCodes.GATEWAY_TIME_OUT,
                forwarding.service() + ": endpoint " + forwarding.endpoint() + " did not answer "
                        + exchange.getRequestMethod() + " " + exchange.getRequestURI() + " within "
                        + limit.toMillis() + " ms, the time-out of the HTTPRoute.\n");
    }

    /** Ends the exchange with a plain text. */
    static void send(HttpServerExchange exchange, int status, String text) {
        if (exchange.isResponseStarted()) {
            exchange.endExchange();
            return;
        }
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseSender().send(text, StandardCharsets.UTF_8);
    }
}
