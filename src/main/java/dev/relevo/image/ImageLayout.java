package dev.relevo.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An image on disk in the OCI image layout: {@code oci-layout}, {@code index.json} with exactly one entry, and
 * {@code blobs/sha256/…}.
 */
public final class ImageLayout {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Descriptor root;

    private ImageLayout(Path folder, Descriptor root) {
        this.folder = folder;
        this.root = root;
    }

    /**
     * Opens a layout.
     *
     * @throws IOException when the folder is no layout of one image, or content that it names is missing or cut off
     */
    public static ImageLayout open(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve("oci-layout"))) {
            throw new IOException(folder + " is not an OCI image layout: it has no file oci-layout");
        }
        JsonNode index = JSON.readTree(folder.resolve("index.json").toFile());
        if (index.path("manifests").size() != 1) {
            throw new IOException(folder + " holds " + index.path("manifests").size() + " images; expected one");
        }
        ImageLayout layout =
                new ImageLayout(folder, Descriptor.read(index.path("manifests").get(0)));
        for (Descriptor blob : layout.contents()) {
            Path file = layout.blob(blob.digest());
            if (!Files.isRegularFile(file) || Files.size(file) != blob.size()) {
                throw new IOException(folder + " lacks " + blob.digest() + " of " + blob.size() + " bytes");
            }
        }
        return layout;
    }

    /** The image's manifest, or the index over several. */
    public Descriptor root() {
        return root;
    }

    /** The manifests: the root itself, or the members of the index. */
    public List<Descriptor> manifests() throws IOException {
        if (!root.isIndex()) {
            return List.of(root);
        }
        List<Descriptor> members = new ArrayList<>();
        for (JsonNode member : json(root).path("manifests")) {
            members.add(Descriptor.read(member));
        }
        return members;
    }

    /** Configuration and layers of one manifest, the configuration first. */
    public List<Descriptor> blobsOf(Descriptor manifest) throws IOException {
        JsonNode json = json(manifest);
        List<Descriptor> blobs = new ArrayList<>();
        blobs.add(Descriptor.read(json.path("config")));
        for (JsonNode layer : json.path("layers")) {
            blobs.add(Descriptor.read(layer));
        }
        return blobs;
    }

    /** The configuration of one manifest's image. */
    public JsonNode configOf(Descriptor manifest) throws IOException {
        return json(blobsOf(manifest).get(0));
    }

    /** The file with this content. */
    public Path blob(Digest digest) {
        return folder.resolve("blobs").resolve("sha256").resolve(digest.hex());
    }

    /** The content as it is. */
    public byte[] bytes(Descriptor descriptor) throws IOException {
        return Files.readAllBytes(blob(descriptor.digest()));
    }

    private JsonNode json(Descriptor descriptor) throws IOException {
        return JSON.readTree(bytes(descriptor));
    }

    private Set<Descriptor> contents() throws IOException {
        Set<Descriptor> contents = new LinkedHashSet<>();
        contents.add(root);
        for (Descriptor manifest : manifests()) {
            contents.add(manifest);
            contents.addAll(blobsOf(manifest));
        }
        return contents;
    }
}
