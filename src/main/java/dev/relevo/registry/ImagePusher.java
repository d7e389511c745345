package dev.relevo.registry;

import dev.relevo.image.Descriptor;
import dev.relevo.image.Digest;
import dev.relevo.image.ImageLayout;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Brings an image layout into a registry: first everything that the manifests name, several blobs at a time, then the
 * manifests, then the tags, and reads back at the end what is there.
 */
public final class ImagePusher {
    private static final int AT_ONCE = 4;

    private final Settings settings;
    private final Credentials credentials;
    private final Backoff backoff;
    private final EventSink events;
    private final EnvironmentProxy proxy;

    /**
     * How to push.
     *
     * @param insecure whether plain HTTP and any certificate will do
     * @param attempts how often what can heal is tried in all
     * @param movableTags globs of tags that may be moved
     * @param mountFrom a repository of the same registry that the base image came from
     */
    public record Settings(boolean insecure, int attempts, List<String> movableTags, Optional<String> mountFrom) {
        public Settings {
            movableTags = List.copyOf(movableTags);
        }
    }

    /**
     * What was done.
     *
     * @param digest read back from the registry
     * @param bytesPresent bytes that were there already
     */
    public record Pushed(Digest digest, long bytesSent, long bytesPresent) {}

    public ImagePusher(Settings settings, Credentials credentials, Map<String, String> environment, EventSink events) {
        this(settings, credentials, environment, Backoff.usual(), events);
    }

    ImagePusher(
            Settings settings,
            Credentials credentials,
            Map<String, String> environment,
            Backoff backoff,
            EventSink events) {
        this.settings = settings;
        this.credentials = credentials;
        this.backoff = backoff;
        this.events = events;
        this.proxy = new EnvironmentProxy(environment);
    }

    /**
     * Pushes.
     *
     * @param repository full name without tag
     * @throws RelevoException with a {@link RegistryError}; before anything is sent when a tag may not be moved
     */
    public Pushed push(ImageLayout layout, String repository, List<String> tags) {
        Repository target = Repository.parse(repository);
        RegistryRequest requests = new RegistryRequest(target.registry(), settings.attempts(), backoff, events);
        Transport transport = new Transport(settings.insecure(), proxy);
        URI base = requests.run(
                "finding the registry", () -> RegistryAddress.find(target, settings.insecure(), transport));
        Access access = new Access(target, scopes(target), credentials, transport, settings.insecure());
        RegistryClient client = new RegistryClient(base, target, transport, access);

        Digest digest = layout.root().digest();
        for (String tag : tags) {
            requireFreeOrMovable(requests, client, tag, digest);
        }
        try {
            BlobPush blobs = new BlobPush(client, requests, settings.mountFrom(), events);
            pushBlobs(layout, blobs);
            pushManifests(layout, requests, client, tags);
            readBack(requests, client, tags, digest, repository);
            return new Pushed(digest, blobs.bytesSent(), blobs.bytesPresent());
        } catch (IOException e) {
            throw Problem.of(RegistryError.IMAGE_MISSING, "The built image cannot be read")
                    .detail(e.toString())
                    .remedy("Run `relevo build` again")
                    .asException(e);
        }
    }

    private List<String> scopes(Repository target) {
        List<String> scopes = new ArrayList<>();
        scopes.add("repository:" + target.path() + ":pull,push");
        settings.mountFrom().ifPresent(from -> scopes.add("repository:" + from + ":pull"));
        return scopes;
    }

    private void requireFreeOrMovable(RegistryRequest requests, RegistryClient client, String tag, Digest digest) {
        Optional<Digest> now = requests.run("reading tag " + tag, () -> client.resolve(tag));
        if (now.isEmpty() || now.get().equals(digest)) {
            return;
        }
        boolean movable = settings.movableTags().stream()
                .anyMatch(glob ->
                        FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(tag)));
        if (!movable) {
            throw Problem.of(RegistryError.TAG_TAKEN, "Tag [" + tag + "] already means another image")
                    .detail("it is " + now.get())
                    .detail("this one is " + digest)
                    .remedy(
                            "Give the project a new version, or let push.movableTags in relevo.yaml allow it; nothing was"
                                    + " pushed")
                    .asException();
        }
    }

    private static void pushBlobs(ImageLayout layout, BlobPush push) throws IOException {
        Set<Descriptor> blobs = new LinkedHashSet<>();
        for (Descriptor manifest : layout.manifests()) {
            blobs.addAll(layout.blobsOf(manifest));
        }
        ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<?>> sent = new ArrayList<>();
            for (Descriptor blob : blobs) {
                sent.add(workers.submit(() -> push.push(blob, layout.blob(blob.digest()))));
            }
            for (Future<?> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RelevoException problem) {
                throw problem;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw RegistryRequest.stopped(e);
        } finally {
            workers.shutdownNow();
        }
    }

    private static void pushManifests(
            ImageLayout layout, RegistryRequest requests, RegistryClient client, List<String> tags) throws IOException {
        List<Descriptor> manifests = new ArrayList<>(layout.manifests());
        if (layout.root().isIndex()) {
            manifests.add(layout.root());
        }
        for (Descriptor manifest : manifests) {
            put(layout, requests, client, manifest, manifest.digest().toString());
        }
        for (String tag : tags) {
            put(layout, requests, client, layout.root(), tag);
        }
    }

    private static void put(
            ImageLayout layout, RegistryRequest requests, RegistryClient client, Descriptor manifest, String reference)
            throws IOException {
        byte[] content = layout.bytes(manifest);
        requests.run("writing manifest " + reference, () -> {
            client.putManifest(reference, manifest, content);
            return reference;
        });
    }

    private void readBack(
            RegistryRequest requests, RegistryClient client, List<String> tags, Digest digest, String repository) {
        List<String> references = new ArrayList<>(tags);
        references.add(digest.toString());
        for (String reference : references) {
            Optional<Digest> there = requests.run("reading back " + reference, () -> client.resolve(reference));
            if (!there.equals(Optional.of(digest))) {
                throw Problem.of(
                                RegistryError.READ_BACK,
                                "[" + repository + "] does not hold at [" + reference + "] what was pushed")
                        .detail("pushed " + digest)
                        .detail("there is " + there.map(Digest::toString).orElse("nothing"))
                        .remedy(
                                "Somebody else pushes the same tag, or the registry changes manifests; deploy by digest only"
                                        + " what it really holds")
                        .asException();
            }
        }
        events.emit(new Event.Info("The registry holds " + repository + "@" + digest
                + (tags.isEmpty() ? "" : " as " + String.join(", ", tags))));
    }
}
