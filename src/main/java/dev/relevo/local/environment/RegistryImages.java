package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.local.node.Image;
import dev.relevo.local.node.ImageConfig;
import dev.relevo.local.node.ImageSource;
import dev.relevo.local.registry.LocalRegistry;
import dev.relevo.local.registry.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Images from the embedded registry. Every reference leads there, whatever its host: manifests name the registry of
 * production, or the port that this one had before, and mean what was pushed here.
 */
final class RegistryImages implements ImageSource {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalRegistry registry;

    RegistryImages(LocalRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Optional<Image> resolve(String reference) throws IOException {
        String path = withoutHost(reference);
        int at = path.indexOf('@');
        String named = at < 0 ? path : path.substring(0, at);
        int colon = named.lastIndexOf(':');
        String repository = colon < 0 ? named : named.substring(0, colon);
        String tag = colon < 0 ? "latest" : named.substring(colon + 1);
        Optional<StoredImage> stored = registry.resolve(repository, at < 0 ? tag : path.substring(at + 1));
        return stored.isEmpty() ? Optional.empty() : Optional.of(image(stored.get()));
    }

    /** By the rule of Docker: the first part is a host when it has a dot or a port, or is {@code localhost}. */
    private static String withoutHost(String reference) {
        int slash = reference.indexOf('/');
        String first = slash < 0 ? "" : reference.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        return host ? reference.substring(slash + 1) : reference;
    }

    private static Image image(StoredImage stored) throws IOException {
        List<Image.Layer> layers = new ArrayList<>();
        for (StoredImage.Layer layer : stored.layers()) {
            layers.add(() -> Files.newInputStream(layer.file()));
        }
        return new Image(stored.digest(), ImageConfig.of(JSON.readTree(stored.config())), layers);
    }
}
