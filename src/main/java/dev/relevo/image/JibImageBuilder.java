package dev.relevo.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * Builds the image of a JVM service with jib-core: no daemon, no root, no Dockerfile. Jib writes an OCI archive for each
 * platform, from which the layout is made; over several platforms lies an index.
 */
public final class JibImageBuilder {
    private final Path applicationCache;
    private final Path baseCache;
    private final RegistryLogin login;
    private final boolean insecure;
    private final EventSink events;

    /**
     * @param applicationCache where layers of this project are kept between builds
     * @param baseCache where layers of base images are kept; many projects may share it
     * @param login for the base image's registry
     * @param insecure whether registries over plain HTTP, or with unknown certificates, are accepted
     */
    public JibImageBuilder(
            Path applicationCache, Path baseCache, RegistryLogin login, boolean insecure, EventSink events) {
        this.applicationCache = applicationCache;
        this.baseCache = baseCache;
        this.login = login;
        this.insecure = insecure;
        this.events = events;
    }

    /**
     * Builds the image into an image layout, which replaces the one that was there.
     *
     * @throws dev.relevo.report.RelevoException with a {@link BuildError}
     */
    public ImageLayout build(BaseImage base, JvmContents contents, ImageSettings settings, Path layout) {
        try (LayoutWriter writer = new LayoutWriter(layout)) {
            if (base instanceof BaseImage.Tar tar) {
                Archive.check(tar.file());
            }
            JvmLayers layers = new JvmLayers(contents);
            List<Descriptor> images = new ArrayList<>();
            for (String platform : settings.platforms()) {
                Descriptor image = image(base, layers, settings, platform, writer);
                images.add(new Descriptor(image.mediaType(), image.digest(), image.size(), Optional.of(platform)));
            }
            Descriptor first = images.get(0);
            return writer.finish(
                    images.size() == 1
                            ? new Descriptor(first.mediaType(), first.digest(), first.size())
                            : writer.addIndex(images));
        } catch (IOException | InvalidImageReferenceException | CacheDirectoryCreationException e) {
            throw BuildFailures.of(base, e);
        } catch (RegistryException e) {
            throw BuildFailures.of(base, e);
        } catch (ExecutionException e) {
            throw BuildFailures.of(base, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BuildFailures.stopped();
        }
    }

    private Descriptor image(
            BaseImage base, JvmLayers layers, ImageSettings settings, String platform, LayoutWriter writer)
            throws IOException, InvalidImageReferenceException, InterruptedException, RegistryException,
                    ExecutionException, CacheDirectoryCreationException {
        Path scratch = Files.createTempDirectory(applicationCache, "image");
        try {
            Path archive = scratch.resolve("image.tar");
            String[] parts = platform.split("/", -1);
            JibContainerBuilder builder = start(base)
                    .setFormat(ImageFormat.OCI)
                    .setPlatforms(Set.of(new Platform(parts[1], parts[0])))
                    .setCreationTime(settings.created())
                    .setWorkingDirectory(AbsoluteUnixPath.get(JvmLayers.HOME))
                    .setEntrypoint(layers.entryPoint())
                    .setUser(settings.user())
                    .setExposedPorts(settings.ports().stream().map(Port::tcp).collect(Collectors.toSet()));
            layers.layers().forEach(builder::addFileEntriesLayer);
            // The configuration keeps the order that it is told, and only a sorted one is the same every time.
            new TreeMap<>(settings.environment()).forEach(builder::addEnvironmentVariable);
            new TreeMap<>(settings.labels()).forEach(builder::addLabel);
            builder.containerize(containerizer(archive));
            return ArchiveImport.run(archive, Files.createDirectory(scratch.resolve("unpacked")), writer, Map.of());
        } finally {
            Folders.delete(scratch);
        }
    }

    private JibContainerBuilder start(BaseImage base) throws InvalidImageReferenceException {
        if (base instanceof BaseImage.Tar tar) {
            return Jib.from(TarImage.at(tar.file()));
        }
        if (base instanceof BaseImage.InRegistry remote) {
            ImageReference reference = ImageReference.parse(remote.reference());
            RegistryImage image = RegistryImage.named(reference);
            image.addCredentialRetriever(() -> login.find(reference.getRegistry())
                    .map(found -> Credential.from(found.username(), found.password())));
            return Jib.from(image);
        }
        return Jib.fromScratch();
    }

    private Containerizer containerizer(Path archive) throws InvalidImageReferenceException {
        return Containerizer.to(TarImage.at(archive).named("relevo"))
                .setApplicationLayersCache(applicationCache)
                .setBaseImageLayersCache(baseCache)
                .setAllowInsecureRegistries(insecure)
                .setToolName("relevo")
                .addEventHandler(LogEvent.class, this::show);
    }

    private void show(LogEvent event) {
        switch (event.getLevel()) {
            case ERROR, WARN -> events.emit(new Event.Warning(event.getMessage(), ""));
            case LIFECYCLE -> {
                // The whole class path of the entry point is no news to anybody.
                if (!event.getMessage().isBlank() && !event.getMessage().startsWith("Container entrypoint set to")) {
                    events.emit(new Event.Output("jib", event.getMessage()));
                }
            }
            default -> {}
        }
    }
}
