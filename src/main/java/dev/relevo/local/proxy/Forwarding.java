package dev.relevo.local.proxy;

import io.undertow.client.ClientConnection;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.proxy.ProxyClient;
import io.undertow.util.AttachmentKey;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way of one request to a Service: which backends were tried, and which one has it now. Used on one thread at a time. */
final class Forwarding implements ProxyClient.ProxyTarget, ExchangeCompletionListener {
    static final AttachmentKey<Forwarding> KEY = AttachmentKey.create(Forwarding.class);

    private final PortKey service;
    private final long deadlineNanos;
    private final Set<Backend> tried = new HashSet<>();
    private @Nullable Backend backend;
    private @Nullable ClientConnection connection;
    private Optional<String> lastFailure = Optional.empty();

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
    }

    void connected(ClientConnection opened) {
        connection = opened;
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
            Runnable keep = () -> former.keep(used);
            if (Thread.currentThread() == used.getIoThread()) {
                keep.run();
            } else {
                used.getIoThread().execute(keep);
            }
        }
        former.release();
    }

    @Override
    public void exchangeEvent(HttpServerExchange exchange, NextListener next) {
        end();
        next.proceed();
    }
}
