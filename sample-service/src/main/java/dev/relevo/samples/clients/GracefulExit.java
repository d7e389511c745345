package dev.relevo.samples.clients;

import io.micronaut.context.annotation.Value;
import io.micronaut.runtime.graceful.GracefulShutdownManager;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves without losing a request. In Kubernetes a pod gets SIGTERM at the same moment at which its address is taken out of
 * the endpoints, and proxies learn of that only afterwards. So the service first says that it is not ready and keeps
 * answering, every answer ending its connection; only when that drain time is over does it close the port, let the requests
 * in flight finish, and go.
 */
@Singleton
public class GracefulExit {
    private static final Logger LOG = LoggerFactory.getLogger(GracefulExit.class);

    private final Duration drain;
    private final Duration grace;
    private final GracefulShutdownManager inFlight;
    private final Provider<EmbeddedServer> server;
    private volatile boolean draining;

    GracefulExit(
            @Value("${clients.shutdown.drain}") Duration drain,
            @Value("${clients.shutdown.grace}") Duration grace,
            GracefulShutdownManager inFlight,
            Provider<EmbeddedServer> server) {
        this.drain = drain;
        this.grace = grace;
        this.inFlight = inFlight;
        this.server = server;
    }

    /** Whether the service is on its way out: it still answers, and wants no further requests. */
    public boolean draining() {
        return draining;
    }

    /** Drains, finishes what is in flight and stops the server; takes the drain time and at most the grace time. */
    public void leave() {
        draining = true;
        LOG.info("Draining for {} ms", drain.toMillis());
        try {
            TimeUnit.NANOSECONDS.sleep(drain.toNanos());
            inFlight.shutdownGracefully().toCompletableFuture().get(grace.toMillis(), TimeUnit.MILLISECONDS);
            LOG.info("All requests are answered");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn("Requests were still in flight after {} ms and are cut off", grace.toMillis());
        } catch (ExecutionException e) {
            LOG.warn("The server did not close in order", e);
        }
        server.get().stop();
    }
}
