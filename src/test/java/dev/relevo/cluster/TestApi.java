package dev.relevo.cluster;

import dev.relevo.local.api.ApiServer;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/**
 * An API server for a test, with a namespace of its own: the local one, or the one that the kubeconfig in
 * {@code RELEVO_CONFORMANCE_KUBECONFIG} leads to.
 */
public final class TestApi implements AutoCloseable {
    private static final String GIVEN = "RELEVO_CONFORMANCE_KUBECONFIG";

    private final Optional<ObjectStore> store;
    private final Optional<ApiServer> server;
    private final Path kubeconfig;
    private final KubernetesCluster cluster;
    private final String namespace =
            "relevo-test-" + UUID.randomUUID().toString().substring(0, 8);

    private TestApi(Optional<ObjectStore> store, Optional<ApiServer> server, Path kubeconfig) {
        this.store = store;
        this.server = server;
        this.kubeconfig = kubeconfig;
        this.cluster = KubernetesCluster.connect(Optional.of(kubeconfig), Optional.empty());
    }

    /**
     * Starts or finds it.
     *
     * @param folder for the local one's files
     */
    public static TestApi open(Path folder) {
        String given = System.getenv(GIVEN);
        if (given != null && !given.isBlank()) {
            return new TestApi(Optional.empty(), Optional.empty(), Path.of(given));
        }
        try {
            ObjectStore store = KubernetesStore.open(folder.resolve("objects"));
            ApiServer server = ApiServer.start(
                    store, new ApiServer.Options(0, "test-token", folder.resolve("certificates"), Optional.empty()));
            Path kubeconfig = folder.resolve("kubeconfig");
            server.kubeconfig("test").write(kubeconfig);
            return new TestApi(Optional.of(store), Optional.of(server), kubeconfig);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the namespace. */
    public TestApi withNamespace() {
        cluster.create(KubeObject.named(new ObjectRef(Kind.NAMESPACE, "", namespace)));
        return this;
    }

    /**
     * Makes a namespace unless it is there; one that is going is waited for.
     *
     * @return whether it was made
     */
    public boolean make(KubeObject wanted) throws InterruptedException {
        CountDownLatch settled = new CountDownLatch(1);
        try (Cluster.Watching unused = cluster.watch(Kind.NAMESPACE, "", Map.of(), live -> {
            if (!live.containsKey(wanted.name()) || !live.get(wanted.name()).deleting()) {
                settled.countDown();
            }
        })) {
            settled.await();
        }
        boolean missing = cluster.get(wanted.ref()).isEmpty();
        if (missing) {
            cluster.create(wanted);
        }
        return missing;
    }

    public KubernetesCluster cluster() {
        return cluster;
    }

    /** Leads to it. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    public String namespace() {
        return namespace;
    }

    @Override
    public void close() {
        cluster.delete(new ObjectRef(Kind.NAMESPACE, "", namespace), Cluster.DeleteOptions.background());
        cluster.close();
        server.ifPresent(ApiServer::close);
        store.ifPresent(ObjectStore::close);
    }
}
