package dev.relevo.local.registry;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.BlockingHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image registry for one machine: the OCI distribution protocol 1.1 (push, pull, content discovery and management) over
 * plain HTTP on 127.0.0.1, its content in one folder. It asks nobody who they are, which is why it listens nowhere else.
 */
public final class LocalRegistry implements AutoCloseable {
    private final Undertow server;
    private final InetSocketAddress address;
    private final ImageResolver images;
    private final RegistryStore store;

    private LocalRegistry(Undertow server, InetSocketAddress address, RegistryStore store) {
        this.server = server;
        this.address = address;
        this.images = new ImageResolver(store);
        this.store = store;
    }

    /**
     * Starts it.
     *
     * @param directory where its content lies; made if missing. One registry at a time may use it
     * @param port port on 127.0.0.1; 0 for any free one
     * @throws IOException when the folder cannot be written or the port is taken
     */
    public static LocalRegistry start(Path directory, int port) throws IOException {
        RegistryStore store = new RegistryStore(directory);
        store.sweep();
        Undertow server = Undertow.builder()
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, 2000)
                .setIoThreads(1)
                .setWorkerThreads(16)
                .addListener(new Undertow.ListenerBuilder()
                        .setType(Undertow.ListenerType.HTTP)
                        .setHost(InetAddress.getLoopbackAddress().getHostAddress())
                        .setPort(port)
                        .setRootHandler(new BlockingHandler(new RegistryApi(store))))
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("The registry cannot listen on 127.0.0.1:" + port + ": " + cause.getMessage(), cause);
        }
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return new LocalRegistry(server, address, store);
    }

    /** Where it listens: a loopback address and the port. */
    public InetSocketAddress address() {
        return address;
    }

    /** {@code 127.0.0.1:<port>}, as an image reference begins. */
    public String authority() {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /**
     * The image behind a reference, read from the store.
     *
     * @param repository without registry, e.g. {@code team/clients}
     * @param tagOrDigest a tag, or {@code sha256:…}
     * @return empty when there is none, or an index without a member for this machine
     * @throws IOException when the store cannot be read or lacks a part of the image
     */
    public Optional<StoredImage> resolve(String repository, String tagOrDigest) throws IOException {
        return images.resolve(repository, tagOrDigest);
    }

    /** The repositories that hold an image. */
    public List<String> repositories() throws IOException {
        return store.repositories();
    }

    /** Stops listening; the content stays. */
    @Override
    public void close() {
        server.stop();
    }
}
