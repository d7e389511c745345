package dev.relevo.local.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Content by digest, and for each repository the links that say which content belongs to it.
 *
 * <pre>
 * blobs/sha256/&lt;hex&gt;                         content, shared by all repositories
 * repositories/&lt;name&gt;/_blobs/&lt;hex&gt;           this blob belongs to the repository
 * repositories/&lt;name&gt;/_manifests/&lt;hex&gt;       this manifest does; the file holds its media type
 * repositories/&lt;name&gt;/_tags/&lt;tag&gt;            the file holds a manifest's digest
 * repositories/&lt;name&gt;/_referrers/&lt;hex&gt;/&lt;hex&gt; the second manifest names the first one as its subject
 * uploads/&lt;id&gt;                               content on its way
 * </pre>
 *
 * Every file appears at once and whole, so that any number of clients and a killed process do no harm.
 */
final class RegistryStore {
    private static final String BLOBS = "_blobs";
    private static final String MANIFESTS = "_manifests";
    private static final String TAGS = "_tags";
    private static final String REFERRERS = "_referrers";

    private final Path blobs;
    private final Path repositories;
    private final Path uploads;

    RegistryStore(Path directory) throws IOException {
        this.blobs = Files.createDirectories(directory.resolve("blobs").resolve("sha256"));
        this.repositories = Files.createDirectories(directory.resolve("repositories"));
        this.uploads = Files.createDirectories(directory.resolve("uploads"));
    }

    Path uploads() {
        return uploads;
    }

    Path blobFile(BlobDigest digest) {
        return blobs.resolve(digest.hex());
    }

    /** The file of a blob that belongs to the repository; manifests count as blobs of it, too. */
    Optional<Path> blob(RepositoryName repository, BlobDigest digest) {
        Path content = blobFile(digest);
        boolean linked =
                Files.exists(link(repository, BLOBS, digest)) || Files.exists(link(repository, MANIFESTS, digest));
        return linked && Files.exists(content) ? Optional.of(content) : Optional.empty();
    }

    /** Takes the file over as content of the repository. Its digest was checked by the caller. */
    void addBlob(RepositoryName repository, BlobDigest digest, Path file) throws IOException {
        AtomicFiles.moveToContentAddress(file, blobFile(digest));
        linkBlob(repository, digest);
    }

    void linkBlob(RepositoryName repository, BlobDigest digest) throws IOException {
        AtomicFiles.write(link(repository, BLOBS, digest), "");
    }

    boolean removeBlob(RepositoryName repository, BlobDigest digest) throws IOException {
        return Files.deleteIfExists(link(repository, BLOBS, digest));
    }

    /** A stored manifest's media type and bytes. */
    record StoredManifest(BlobDigest digest, String mediaType, byte[] content) {}

    Optional<StoredManifest> manifest(RepositoryName repository, BlobDigest digest) throws IOException {
        try {
            String mediaType = Files.readString(link(repository, MANIFESTS, digest));
            return Optional.of(new StoredManifest(digest, mediaType, Files.readAllBytes(blobFile(digest))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    boolean hasManifest(RepositoryName repository, BlobDigest digest) {
        return Files.exists(link(repository, MANIFESTS, digest)) && Files.exists(blobFile(digest));
    }

    BlobDigest addManifest(RepositoryName repository, String mediaType, byte[] content) throws IOException {
        BlobDigest digest = BlobDigest.of(content);
        AtomicFiles.write(blobFile(digest), content);
        AtomicFiles.write(link(repository, MANIFESTS, digest), mediaType);
        return digest;
    }

    /** Removes the manifest with the tags that lead to it. */
    boolean removeManifest(RepositoryName repository, BlobDigest digest) throws IOException {
        for (String tag : tags(repository)) {
            if (tag(repository, tag).equals(Optional.of(digest))) {
                removeTag(repository, tag);
            }
        }
        return Files.deleteIfExists(link(repository, MANIFESTS, digest));
    }

    Optional<BlobDigest> tag(RepositoryName repository, String tag) throws IOException {
        try {
            return Optional.of(BlobDigest.parse(Files.readString(tagFile(repository, tag))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void setTag(RepositoryName repository, String tag, BlobDigest digest) throws IOException {
        AtomicFiles.write(tagFile(repository, tag), digest.toString());
    }

    boolean removeTag(RepositoryName repository, String tag) throws IOException {
        return Files.deleteIfExists(tagFile(repository, tag));
    }

    /** All tags in the order of their characters, as the specification wants it. */
    List<String> tags(RepositoryName repository) throws IOException {
        return names(directory(repository).resolve(TAGS));
    }

    boolean exists(RepositoryName repository) {
        return Files.isDirectory(directory(repository).resolve(MANIFESTS));
    }

    void addReferrer(RepositoryName repository, BlobDigest subject, BlobDigest referrer) throws IOException {
        AtomicFiles.write(
                directory(repository).resolve(REFERRERS).resolve(subject.hex()).resolve(referrer.hex()), "");
    }

    List<BlobDigest> referrers(RepositoryName repository, BlobDigest subject) throws IOException {
        return names(directory(repository).resolve(REFERRERS).resolve(subject.hex())).stream()
                .map(BlobDigest::new)
                .toList();
    }

    /** Every repository that holds a manifest. */
    List<String> repositories() throws IOException {
        try (Stream<Path> all = Files.walk(repositories)) {
            return all.filter(path -> path.endsWith(MANIFESTS))
                    .map(path -> repositories
                            .relativize(path.toAbsolutePath().getParent())
                            .toString()
                            .replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    /** Deletes what no repository links to any more, and uploads that were never finished. Only safe while nobody writes. */
    void sweep() throws IOException {
        Set<String> linked = new HashSet<>();
        try (Stream<Path> all = Files.walk(repositories)) {
            for (Path folder : all.filter(path -> path.endsWith(BLOBS) || path.endsWith(MANIFESTS))
                    .toList()) {
                linked.addAll(allNames(folder));
            }
        }
        for (Path folder : List.of(blobs, uploads)) {
            for (String name : allNames(folder)) {
                if (folder.equals(uploads) || !linked.contains(name)) {
                    Files.deleteIfExists(folder.resolve(name));
                }
            }
        }
    }

    private Path directory(RepositoryName repository) {
        return repositories.resolve(repository.value());
    }

    private Path link(RepositoryName repository, String kind, BlobDigest digest) {
        return directory(repository).resolve(kind).resolve(digest.hex());
    }

    private Path tagFile(RepositoryName repository, String tag) {
        if (!tag.matches("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")) {
            throw RegistryRefusal.manifestInvalid("[" + tag + "] is neither a tag nor a digest");
        }
        return directory(repository).resolve(TAGS).resolve(tag);
    }

    private static List<String> names(Path folder) throws IOException {
        return allNames(folder).stream().filter(name -> !name.startsWith(".")).toList();
    }

    private static List<String> allNames(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        names.sort(null);
        return names;
    }
}
