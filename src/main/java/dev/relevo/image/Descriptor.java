package dev.relevo.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where some content is and what it is, as the OCI image specification describes it.
 *
 * @param mediaType what it is
 * @param digest of the content
 * @param size in bytes
 * @param platform {@code os/architecture[/variant]} of a member of an index
 */
public record Descriptor(String mediaType, Digest digest, long size, Optional<String> platform) {
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    public Descriptor {
        if (mediaType.isBlank() || size < 0) {
            throw new IllegalArgumentException("Not a descriptor: [" + mediaType + "], " + size + " bytes");
        }
    }

    /** A descriptor without a platform. */
    public Descriptor(String mediaType, Digest digest, long size) {
        this(mediaType, digest, size, Optional.empty());
    }

    /** Whether it is a list of images for several platforms. */
    public boolean isIndex() {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
    }

    /** @throws IOException when the JSON is no descriptor */
    public static Descriptor read(JsonNode json) throws IOException {
        try {
            JsonNode platform = json.path("platform");
            Optional<String> name = platform.isObject()
                    ? Optional.of(platform.path("os").asText() + "/"
                            + platform.path("architecture").asText()
                            + (platform.has("variant")
                                    ? "/" + platform.path("variant").asText()
                                    : ""))
                    : Optional.empty();
            return new Descriptor(
                    json.path("mediaType").asText(),
                    Digest.parse(json.path("digest").asText()),
                    json.path("size").asLong(-1),
                    name);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** As JSON, the fields in the specification's order. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("mediaType", mediaType);
        json.put("digest", digest.toString());
        json.put("size", size);
        platform.ifPresent(name -> {
            String[] parts = name.split("/", -1);
            ObjectNode object = json.putObject("platform");
            object.put("architecture", parts[1]);
            object.put("os", parts[0]);
            if (parts.length > 2) {
                object.put("variant", parts[2]);
            }
        });
        return json;
    }

    // Written out, since the JVM makes those of a record at their first call, which takes milliseconds of every
    // command.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Descriptor descriptor
                && mediaType.equals(descriptor.mediaType)
                && digest.equals(descriptor.digest)
                && size == descriptor.size
                && platform.equals(descriptor.platform);
    }

    @Override
    public int hashCode() {
        return 31 * digest.hashCode() + platform.hashCode();
    }
}
