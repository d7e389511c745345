package dev.relevo.local.api;

import dev.relevo.local.access.Rbac;
import dev.relevo.local.access.ServiceAccountTokens;
import dev.relevo.local.schema.ModelTypes;
import dev.relevo.local.store.ObjectStore;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The API server: HTTPS on 127.0.0.1, over an object store. */
public final class ApiServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int IO_THREADS = 2;
    private static final int WORKER_THREADS = 8;
    private static final long CLOSE_SECONDS = 3;

    private final Undertow undertow;
    private final ExecutorService streams;
    private final CustomResources custom;
    private final AtomicBoolean stopping;
    private final Certificates certificates;
    private final String token;

    private ApiServer(
            Undertow undertow,
            ExecutorService streams,
            CustomResources custom,
            AtomicBoolean stopping,
            Certificates certificates,
            String token) {
        this.undertow = undertow;
        this.streams = streams;
        this.custom = custom;
        this.stopping = stopping;
        this.certificates = certificates;
        this.token = token;
    }

    /**
     * How a server is started.
     *
     * @param port where it listens; 0: any free port
     * @param token what clients must present
     * @param certificates the directory of its authority and certificate, made when it is missing
     * @param podLogs where logs come from; empty when there is no node
     */
    public record Options(int port, String token, Path certificates, Optional<PodLogs> podLogs) {
        public Options {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("The port [" + port + "] must be between 0 and 65535");
            }
            if (token.isBlank()) {
                throw new IllegalArgumentException("The server needs a token that is not blank");
            }
        }

        @Override
        public String toString() {
            return "Options[port=" + port + ", certificates=" + certificates + "]";
        }
    }

    /**
     * Starts a server over a store, which stays the caller's to close, after the server.
     *
     * @throws RuntimeException when the port is taken
     */
    public static ApiServer start(ObjectStore objects, Options options) {
        ViewStore store = new ViewStore(objects);
        Certificates certificates = Certificates.in(options.certificates());
        AtomicBoolean stopping = new AtomicBoolean();
        ModelTypes models = new ModelTypes();
        FieldValidation validation = new FieldValidation(models);
        CustomResources custom = new CustomResources(objects, models);
        custom.start();
        Patches patches = new Patches(store, models, validation, custom);
        ServiceAccountTokens tokens =
                new ServiceAccountTokens(store, certificates.privateKey(), certificates.publicKey(), Clock.systemUTC());
        Subresources subresources = new Subresources(store, patches, options.podLogs(), tokens, validation, custom);
        Resources resources = new Resources(store, patches, subresources, validation, custom, stopping);
        Router router = new Router(
                store,
                new Authentication(options.token(), tokens, new Rbac(store)),
                new Reviews(tokens),
                resources,
                models);
        ExecutorService streams = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "api-stream");
            thread.setDaemon(true);
            return thread;
        });
        Undertow undertow = Undertow.builder()
                .addHttpsListener(options.port(), HOST, certificates.serverContext())
                .setIoThreads(IO_THREADS)
                .setWorkerThreads(WORKER_THREADS)
                .setServerOption(UndertowOptions.DECODE_URL, true)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, -1)
                .setHandler(new ApiHandler(router, streams))
                .build();
        undertow.start();
        return new ApiServer(undertow, streams, custom, stopping, certificates, options.token());
    }

    /** The port where it listens. */
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    /** Its address, e.g. {@code https://127.0.0.1:6443}. */
    public String url() {
        return "https://" + HOST + ":" + port();
    }

    /** What a client needs to reach it. */
    public Kubeconfig kubeconfig(String name) {
        return new Kubeconfig(name, url(), certificates.authorityPem(), token);
    }

    /** Ends the watches and stops listening. */
    @Override
    public void close() {
        stopping.set(true);
        streams.shutdown();
        try {
            if (!streams.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                streams.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        undertow.stop();
        custom.close();
    }
}
