package dev.relevo.local.proxy;

import io.undertow.client.ClientConnection;
import io.undertow.server.DefaultResponseListener;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.proxy.ProxyClient;
import io.undertow.util.AttachmentKey;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/** The way of one request to a Service: which backends were tried, and which one has it now. Used on one thread at a time. */
final class Forwarding implements ProxyClient.ProxyTarget, ExchangeCompletionListener, DefaultResponseListener {
    static final AttachmentKey<Forwarding> KEY = AttachmentKey.create(Forwarding.class);

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    private final PortKey service;
    private final long deadlineNanos;
    private final Set<Backend> tried = new HashSet<>();
    private @Nullable Backend backend;
    private @Nullable ClientConnection connection;
    private Optional<String> lastFailure = Optional.empty();
    private String endpoint = "(none)";
    private int connections;
    private boolean timedOut;

    Forwarding(PortKey service, long deadlineNanos) {
        this.service = service;
        this.deadlineNanos = deadlineNanos;
    }

    PortKey service() {
        return service;
    }

    Set<Backend> tried() {
        return tried;
    }

    boolean isLate() {
        return System.nanoTime() - deadlineNanos >= 0;
    }

    /** What went wrong with the backend tried last. */
    Optional<String> lastFailure() {
        return lastFailure;
    }

    void chosen(Backend acquired) {
        backend = acquired;
        endpoint = acquired.toString();
    }

    void connected(ClientConnection opened) {
        connection = opened;
        connections++;
    }

    /** The endpoint that had the request last. */
    String endpoint() {
        return endpoint;
    }

    boolean isTimedOut() {
        return timedOut;
    }

    /** Answers in place of an endpoint that takes too long; what it still says is not heard. */
    void timeOut(HttpServerExchange exchange, Duration limit) {
        if (!exchange.isComplete() && !exchange.isResponseStarted()) {
            timedOut = true;
            exchange.setPersistent(false);
            Refusal.late(exchange, this, limit);
        }
    }

    /** Gives the present backend up and remembers not to try it again. */
    void failed(String why) {
        if (backend != null) {
            lastFailure = Optional.of(backend + " " + why);
            tried.add(backend);
        }
        end();
    }

    /** Lets failed backends be tried again. */
    void startOver() {
        tried.clear();
    }

    private void end() {
        Backend former = backend;
        ClientConnection used = connection;
        backend = null;
        connection = null;
        if (former == null) {
            return;
        }
        if (used != null) {
            Runnable keep = timedOut ? () -> IoUtils.safeClose(used) : () -> former.keep(used);
            if (Thread.currentThread() == used.getIoThread()) {
                keep.run();
            } else {
                used.getIoThread().execute(keep);
            }
        }
        former.release();
    }

    /** The exchange ends without an answer: when no backend gave any, the connection to it was lost. */
    @Override
    public boolean handleDefaultResponse(HttpServerExchange exchange) {
        boolean answered = exchange.getStatusCode() != StatusCodes.SERVICE_UNAVAILABLE
                || exchange.getResponseHeaders().size() > 0;
        if (answered || exchange.isResponseStarted()) {
            return false;
        }
        LOG.info(
                "{}: endpoint {} closed the connection before it answered {} {}",
                service,
                endpoint,
                exchange.getRequestMethod(),
                exchange.getRequestURI());
        Refusal.lost(exchange, this, connections > 1);
        return true;
    }

    @Override
    public void exchangeEvent(HttpServerExchange exchange, NextListener next) {
        end();
        next.proceed();
    }
}
