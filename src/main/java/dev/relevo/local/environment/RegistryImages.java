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
 * Images from the embedded registry. Any reference whose host is this machine leads there, whatever its port: manifests
 * stay right when the registry has moved.
 */
final class RegistryImages implements ImageSource {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalRegistry registry;

    RegistryImages(LocalRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Optional<Image> resolve(String reference) throws IOException {
        int slash = reference.indexOf('/');
        if (slash < 0 || !isLoopback(reference.substring(0, slash))) {
            return Optional.empty();
        }
        String path = reference.substring(slash + 1);
        int at = path.indexOf('@');
        String named = at < 0 ? path : path.substring(0, at);
        int colon = named.lastIndexOf(':');
        String repository = colon < 0 ? named : named.substring(0, colon);
        String tag = colon < 0 ? "latest" : named.substring(colon + 1);
        Optional<StoredImage> stored = registry.resolve(repository, at < 0 ? tag : path.substring(at + 1));
        return stored.isEmpty() ? Optional.empty() : Optional.of(image(stored.get()));
    }

    private static boolean isLoopback(String host) {
        String name = host.startsWith("[") ? host : host.split(":", 2)[0];
        return name.equals("localhost") || name.startsWith("127.") || name.startsWith("[::1]");
    }

    private static Image image(StoredImage stored) throws IOException {
        List<Image.Layer> layers = new ArrayList<>();
        for (StoredImage.Layer layer : stored.layers()) {
            layers.add(() -> Files.newInputStream(layer.file()));
        }
        return new Image(stored.digest(), ImageConfig.of(JSON.readTree(stored.config())), layers);
    }
}
