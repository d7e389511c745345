package dev.relevo.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns what a builder exports, the archive of {@code docker save} or an OCI archive, into the one image layout. Each layer
 * becomes a gzip layer of OCI type; labels go into the configuration; everything else of it stays as the builder made it.
 */
final class ArchiveImport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final LayoutWriter writer;
    private final Map<String, String> labels;

    private ArchiveImport(Path folder, LayoutWriter writer, Map<String, String> labels) {
        this.folder = folder;
        this.writer = writer;
        this.labels = labels;
    }

    /**
     * Imports an archive.
     *
     * @param scratch an empty folder to unpack to; the caller deletes it
     * @param labels labels that the image gets in addition to its own
     * @return the image's manifest or index in the writer's layout
     */
    static Descriptor run(Path archive, Path scratch, LayoutWriter writer, Map<String, String> labels)
            throws IOException {
        Archive.unpack(archive, scratch);
        ArchiveImport step = new ArchiveImport(scratch, writer, labels);
        if (Files.exists(scratch.resolve("index.json"))) {
            return step.root(JSON.readTree(scratch.resolve("index.json").toFile()));
        }
        if (Files.exists(scratch.resolve("manifest.json"))) {
            return step.dockerImage(
                    JSON.readTree(scratch.resolve("manifest.json").toFile()));
        }
        throw new IOException(
                archive + " is neither an OCI archive (index.json) nor one of docker save (manifest.json)");
    }

    private Descriptor root(JsonNode index) throws IOException {
        List<Descriptor> images = new ArrayList<>();
        collect(index, images);
        return switch (images.size()) {
            case 0 -> throw new IOException("The archive holds no image");
            case 1 ->
                new Descriptor(
                        images.get(0).mediaType(),
                        images.get(0).digest(),
                        images.get(0).size());
            default -> writer.addIndex(images);
        };
    }

    private void collect(JsonNode index, List<Descriptor> images) throws IOException {
        for (JsonNode member : index.path("manifests")) {
            Descriptor descriptor = Descriptor.read(member);
            boolean attestation = descriptor.platform().equals(Optional.of("unknown/unknown"));
            if (attestation) {
                continue;
            }
            JsonNode json = JSON.readTree(blob(descriptor.digest()).toFile());
            if (json.has("manifests")) {
                collect(json, images);
            } else {
                Descriptor image = ociImage(json);
                images.add(new Descriptor(image.mediaType(), image.digest(), image.size(), descriptor.platform()));
            }
        }
    }

    private Descriptor ociImage(JsonNode manifest) throws IOException {
        List<Path> layers = new ArrayList<>();
        for (JsonNode layer : manifest.path("layers")) {
            String type = layer.path("mediaType").asText();
            if (type.endsWith("zstd")) {
                throw new IOException("A layer is compressed with zstd; let the builder export gzip layers");
            }
            layers.add(blob(Descriptor.read(layer).digest()));
        }
        return image(blob(Descriptor.read(manifest.path("config")).digest()), layers);
    }

    private Descriptor dockerImage(JsonNode images) throws IOException {
        if (images.size() != 1) {
            throw new IOException("The archive holds " + images.size() + " images; expected one");
        }
        List<Path> layers = new ArrayList<>();
        for (JsonNode layer : images.get(0).path("Layers")) {
            layers.add(member(layer.asText()));
        }
        return image(member(images.get(0).path("Config").asText()), layers);
    }

    private Descriptor image(Path configuration, List<Path> layers) throws IOException {
        if (!(JSON.readTree(configuration.toFile()) instanceof ObjectNode config)) {
            throw new IOException("The image's configuration is not a JSON object");
        }
        ObjectNode inner = config.path("config") instanceof ObjectNode existing ? existing : config.putObject("config");
        ObjectNode all = inner.path("Labels") instanceof ObjectNode existing ? existing : inner.putObject("Labels");
        labels.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(label -> all.put(label.getKey(), label.getValue()));

        ObjectNode manifest = JSON.createObjectNode();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", Descriptor.OCI_MANIFEST);
        manifest.set("config", writer.add(Descriptor.OCI_CONFIG, config).json());
        ArrayNode list = manifest.putArray("layers");
        for (Path layer : layers) {
            list.add(layer(layer).json());
        }
        return writer.add(Descriptor.OCI_MANIFEST, manifest);
    }

    private Descriptor layer(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            in.mark(2);
            boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            return gzip
                    ? writer.add(Descriptor.OCI_LAYER_GZIP, in)
                    : writer.addCompressed(Descriptor.OCI_LAYER_GZIP, in);
        }
    }

    private Path blob(Digest digest) {
        return folder.resolve("blobs").resolve("sha256").resolve(digest.hex());
    }

    private Path member(String name) throws IOException {
        Path file = folder.resolve(name).normalize();
        if (name.isEmpty() || !file.startsWith(folder) || !Files.isRegularFile(file)) {
            throw new IOException("The archive's manifest names [" + name + "], which is not in it");
        }
        return file;
    }
}
