package dev.relevo.local.proxy;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

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
