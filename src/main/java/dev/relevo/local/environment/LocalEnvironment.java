package dev.relevo.local.environment;

import dev.relevo.local.api.ApiServer;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.controller.Controllers;
import dev.relevo.local.controller.EventRecorder;
import dev.relevo.local.controller.Workers;
import dev.relevo.local.network.LoopbackNetwork;
import dev.relevo.local.node.Node;
import dev.relevo.local.node.NodeOptions;
import dev.relevo.local.postgres.PostgresAddon;
import dev.relevo.local.postgres.PostgresFailure;
import dev.relevo.local.proxy.ProxyOptions;
import dev.relevo.local.proxy.ServiceProxy;
import dev.relevo.local.registry.LocalRegistry;
import dev.relevo.local.schema.ClusterIps;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A registry, a Kubernetes-compatible API server with its controllers, one node that runs pods as processes, a service
 * proxy and add-ons, all in this JVM and all on loopback, with everything they keep in one directory.
 */
public final class LocalEnvironment implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LocalEnvironment.class.getName());
    private static final String NAME = "relevo-local";

    private final Path directory;
    private final Path kubeconfig;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final LoopbackNetwork network;
    private final ObjectStore store;
    private final LocalRegistry registry;
    private final ApiServer api;
    private final PostgresAddon postgres;

    private LocalEnvironment(Path directory, EnvironmentOptions options) throws IOException {
        this.directory = directory;
        QuietLibraries.hush();
        Files.createDirectories(directory);
        try {
            network = part(LoopbackNetwork.take(options.network()));
            registry = part(startRegistry(directory, options.registryPort()));
            store = part(KubernetesStore.open(directory.resolve("store"), ClusterIps.of(network.services())));
            Workers workers = part(new Workers());
            EventRecorder events = new EventRecorder(store);
            postgres = part(new PostgresAddon(store, directory.resolve("postgresql")));
            part(new DatabaseRequests(store, workers, events, postgres));
            ServiceProxy proxy = part(ServiceProxy.start(store, ProxyOptions.standard(network.gateways())));
            Node node = part(new Node(
                    store,
                    workers,
                    events,
                    new RegistryImages(registry),
                    proxy::awaitDrained,
                    NodeOptions.in(directory.resolve("node"), network.pods()).withBackOff(options.backOff())));
            Controllers controllers = part(new Controllers(store, workers, events));
            controllers.start();
            node.start();
            api = part(startApi(directory, options, new NodeLogs(store, node)));
            kubeconfig = directory.resolve("kubeconfig");
            api.kubeconfig(NAME).write(kubeconfig);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts an environment with what its directory holds from before.
     *
     * @throws dev.relevo.report.RelevoException RLV-801 when a port is in use
     * @throws IOException when the directory cannot be used
     */
    public static LocalEnvironment start(Path directory, EnvironmentOptions options) throws IOException {
        return new LocalEnvironment(directory.toAbsolutePath(), options);
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    private static LocalRegistry startRegistry(Path directory, int port) throws IOException {
        try {
            return LocalRegistry.start(directory.resolve("registry"), port);
        } catch (IOException e) {
            throw portProblem("registry", port, e).orElseThrow(() -> e);
        }
    }

    private ApiServer startApi(Path directory, EnvironmentOptions options, NodeLogs logs) {
        try {
            return ApiServer.start(
                    store,
                    new ApiServer.Options(
                            options.apiPort(), options.token(), directory.resolve("certificates"), Optional.of(logs)));
        } catch (RuntimeException e) {
            throw portProblem("API server", options.apiPort(), e).orElseThrow(() -> e);
        }
    }

    private static Optional<RuntimeException> portProblem(String what, int port, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.net.BindException && port > 0) {
                return Optional.of(Problem.of(
                                LocalError.PORT_IN_USE,
                                "The local " + what + " cannot listen on its port [" + port
                                        + "]: another program uses it")
                        .remedy("end that program (find it with `ss -ltnp 'sport = :" + port
                                + "'`), or let the environment start anew with `relevo local reset`")
                        .asException(failure));
            }
        }
        return Optional.empty();
    }

    /**
     * Lets other processes find this one by the environment's directory.
     *
     * @throws IOException when it cannot be written there
     */
    public void announce() throws IOException {
        EnvironmentDirectory.write(
                new EnvironmentDirectory(directory).state(),
                RunningEnvironment.here(this).toJson());
    }

    /** The file with which kubectl and other clients reach the API server. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    /** {@code 127.0.0.1:<port>}, as an image reference begins. */
    public String registry() {
        return registry.authority();
    }

    /** The API server's address. */
    public String apiUrl() {
        return api.url();
    }

    /** The API server's port. */
    public int apiPort() {
        return api.port();
    }

    /** The registry's port. */
    public int registryPort() {
        return registry.address().getPort();
    }

    /** The number of its part of the loopback network. */
    int network() {
        return network.number();
    }

    /** The cluster's objects, for who lives in the same JVM. */
    public ObjectStore store() {
        return store;
    }

    /**
     * Makes sure of a database and of the Secret that leads to it (keys url, host, port, database, username, password).
     *
     * @throws dev.relevo.report.RelevoException RLV-808 when PostgreSQL cannot be started
     */
    public void ensureDatabase(String namespace, String secret, String database) throws InterruptedException {
        try {
            postgres.ensureDatabase(namespace, secret, database);
        } catch (PostgresFailure e) {
            throw Problem.of(LocalError.POSTGRESQL, String.valueOf(e.getMessage()))
                    .asException(e);
        }
    }

    /** How long closing may take at most, for who waits for it. */
    static Duration closesWithin() {
        return Duration.ofSeconds(45);
    }

    /** Ends everything in the reverse order of its start: pods with their grace, then the database; the state stays. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "Could not close " + part, e);
            }
        }
    }
}
