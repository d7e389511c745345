package dev.relevo.local.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads whole images out of the store, choosing from an index what runs on this machine. */
final class ImageResolver {
    private final RegistryStore store;

    ImageResolver(RegistryStore store) {
        this.store = store;
    }

    Optional<StoredImage> resolve(String repository, String tagOrDigest) throws IOException {
        try {
            RepositoryName name = new RepositoryName(repository);
            Optional<BlobDigest> digest = BlobDigest.looksLikeOne(tagOrDigest)
                    ? Optional.of(BlobDigest.parse(tagOrDigest))
                    : store.tag(name, tagOrDigest);
            return digest.isEmpty() ? Optional.empty() : image(name, digest.get());
        } catch (RegistryRefusal nothingOfThisForm) {
            return Optional.empty();
        }
    }

    private Optional<StoredImage> image(RepositoryName repository, BlobDigest digest) throws IOException {
        Optional<RegistryStore.StoredManifest> stored = store.manifest(repository, digest);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        ManifestReferences references =
                ManifestReferences.read(stored.get().content(), stored.get().mediaType());
        if (references.json().has("manifests")) {
            Optional<BlobDigest> member = memberForThisMachine(references.json());
            return member.isEmpty() ? Optional.empty() : image(repository, member.get());
        }
        BlobDigest config =
                BlobDigest.parse(references.json().path("config").path("digest").asText());
        List<StoredImage.Layer> layers = new ArrayList<>();
        for (JsonNode layer : references.json().path("layers")) {
            BlobDigest content = BlobDigest.parse(layer.path("digest").asText());
            Path file = present(repository, content);
            layers.add(new StoredImage.Layer(
                    layer.path("mediaType").asText(), content.toString(), Files.size(file), file));
        }
        return Optional.of(new StoredImage(
                digest.toString(),
                new String(stored.get().content(), StandardCharsets.UTF_8),
                Files.readString(present(repository, config)),
                layers));
    }

    private Path present(RepositoryName repository, BlobDigest digest) throws IOException {
        return store.blob(repository, digest)
                .orElseThrow(() -> new IOException("Blob " + digest + " of repository " + repository
                        + " was deleted from the registry; push the image again"));
    }

    private static Optional<BlobDigest> memberForThisMachine(JsonNode index) {
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String architecture = switch (machine) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> machine;
        };
        for (JsonNode member : index.path("manifests")) {
            JsonNode platform = member.path("platform");
            if (platform.path("os").asText().equals("linux")
                    && platform.path("architecture").asText().equals(architecture)) {
                return Optional.of(BlobDigest.parse(member.path("digest").asText()));
            }
        }
        return Optional.empty();
    }
}
