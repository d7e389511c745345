package dev.relevo.local.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a manifest or an index names.
 *
 * @param blobs configuration and layers, those aside that live elsewhere by definition (foreign layers)
 * @param manifests members of an index
 * @param subject the manifest that this one is about
 */
record ManifestReferences(
        JsonNode json, List<BlobDigest> blobs, List<BlobDigest> manifests, Optional<BlobDigest> subject) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws RegistryRefusal when the content is no manifest or contradicts its media type */
    static ManifestReferences read(byte[] content, String mediaType) {
        JsonNode json;
        try {
            json = JSON.readTree(content);
        } catch (IOException e) {
            throw RegistryRefusal.manifestInvalid("the manifest is not JSON");
        }
        if (json == null || !json.isObject() || json.path("schemaVersion").asInt() != 2) {
            throw RegistryRefusal.manifestInvalid("only manifests of schema version 2 are taken");
        }
        String own = json.path("mediaType").asText(mediaType);
        if (!own.equals(mediaType)) {
            throw RegistryRefusal.manifestInvalid(
                    "sent as [" + mediaType + "] but says that it is [" + own + "] itself");
        }
        List<BlobDigest> blobs = new ArrayList<>();
        if (json.has("config")) {
            blobs.add(digest(json.path("config")));
        }
        for (JsonNode layer : json.path("layers")) {
            if (!layer.has("urls")) {
                blobs.add(digest(layer));
            }
        }
        List<BlobDigest> manifests = new ArrayList<>();
        for (JsonNode member : json.path("manifests")) {
            manifests.add(digest(member));
        }
        Optional<BlobDigest> subject =
                json.has("subject") ? Optional.of(digest(json.path("subject"))) : Optional.empty();
        return new ManifestReferences(json, List.copyOf(blobs), List.copyOf(manifests), subject);
    }

    private static BlobDigest digest(JsonNode descriptor) {
        return BlobDigest.parse(descriptor.path("digest").asText());
    }
}
