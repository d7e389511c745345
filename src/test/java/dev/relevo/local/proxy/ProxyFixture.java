package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.network.AddressBlock;
import dev.relevo.local.schema.ClusterIps;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A store with a proxy over it, and what tests write into it. */
final class ProxyFixture implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Of a block that is for documentation only. */
    private static final String NOBODYS_ADDRESS = "192.0.2.1";

    /** An endpoint of an EndpointSlice. */
    record Endpoint(InetSocketAddress address, boolean ready, boolean terminating) {
        static Endpoint ready(InetSocketAddress address) {
            return new Endpoint(address, true, false);
        }

        Endpoint ending() {
            return new Endpoint(address, false, true);
        }
    }

    /** Addresses that another run of the tests at the same time hardly has. */
    private static final class AnyLoopback implements ClusterIps {
        private final Random random = new Random();

        @Override
        public Optional<String> allocate(Set<String> taken) {
            return random.ints(1, 255)
                    .mapToObj(last -> "127.98." + random.nextInt(255) + "." + last)
                    .filter(address -> !taken.contains(address))
                    .findFirst();
        }

        @Override
        public boolean contains(String address) {
            return address.startsWith("127.");
        }
    }

    final ObjectStore store;
    final ServiceProxy proxy;

    /** A proxy that holds a request back until its endpoint is there, however long the machine takes. */
    ProxyFixture(Path directory) {
        this(directory, PATIENCE);
    }

    /** @param waitForEndpoint how long a request waits for a ready endpoint before it is answered with 503 */
    ProxyFixture(Path directory, Duration waitForEndpoint) {
        store = KubernetesStore.open(directory, new AnyLoopback(), 1000);
        proxy = ServiceProxy.start(
                store,
                new ProxyOptions(
                        2,
                        waitForEndpoint,
                        options().idleConnections(),
                        options().gatewayAddresses()));
    }

    static ProxyOptions options() {
        return ProxyOptions.standard(AddressBlock.at("127.97.0.0", 1 << 16));
    }

    ObjectNode service(String name, int port) {
        return service(name, port, service -> {});
    }

    ObjectNode service(String name, int port, Consumer<ObjectNode> change) {
        ObjectNode service = JsonNodeFactory.instance.objectNode();
        service.putObject("metadata").put("name", name);
        service.putObject("spec")
                .putArray("ports")
                .addObject()
                .put("name", "main")
                .put("port", port);
        change.accept(service);
        return store.create(ResourceTypes.SERVICE, "default", service, WriteOptions.NONE);
    }

    /** Writes the Service's EndpointSlices, one for each endpoint because their ports differ. */
    void endpoints(String service, List<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            String name = service + "-" + endpoint.address.getPort();
            ObjectKey key = ResourceTypes.ENDPOINT_SLICE.key("default", name);
            ObjectNode slice = slice(service, name, endpoint);
            if (store.get(key).isPresent()) {
                store.modify(key, WriteOptions.NONE, before -> {
                    slice.remove("metadata");
                    slice.properties().forEach(field -> before.set(field.getKey(), field.getValue()));
                    return before;
                });
            } else {
                store.create(ResourceTypes.ENDPOINT_SLICE, "default", slice, WriteOptions.NONE);
            }
        }
    }

    /** Returns when the proxy forwards by all that has been written so far; where it listens is told by {@link #url}. */
    void awaitTakenOver() throws InterruptedException {
        proxy.awaitDrained(NOBODYS_ADDRESS, Duration.ZERO);
    }

    private static ObjectNode slice(String service, String name, Endpoint endpoint) {
        ObjectNode slice = JsonNodeFactory.instance.objectNode();
        slice.putObject("metadata").put("name", name).putObject("labels").put("kubernetes.io/service-name", service);
        slice.put("addressType", "IPv4");
        slice.putArray("ports").addObject().put("name", "main").put("port", endpoint.address.getPort());
        ArrayNode addresses = slice.putArray("endpoints").addObject().putArray("addresses");
        addresses.add(endpoint.address.getHostString());
        ((ObjectNode) slice.path("endpoints").path(0))
                .putObject("conditions")
                .put("ready", endpoint.ready)
                .put("serving", endpoint.ready || endpoint.terminating)
                .put("terminating", endpoint.terminating);
        return slice;
    }

    void removeEndpoint(String service, InetSocketAddress address) {
        store.delete(
                ResourceTypes.ENDPOINT_SLICE.key("default", service + "-" + address.getPort()),
                DeleteOptions.defaults());
    }

    ObjectNode read(ObjectKey key) {
        return store.get(key).orElseThrow();
    }

    /** The URL that the proxy wrote onto the Service, once it is there. */
    String url(String service) {
        ObjectKey key = ResourceTypes.SERVICE.key("default", service);
        await(() -> !annotation(key).isEmpty());
        return annotation(key);
    }

    String annotation(ObjectKey key) {
        return read(key)
                .path("metadata")
                .path("annotations")
                .path(ServiceProxy.URL_ANNOTATION)
                .asText("");
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("The condition did not come true within " + PATIENCE);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted before the condition came true", e);
        }
    }

    @Override
    public void close() {
        proxy.close();
        store.close();
    }
}
