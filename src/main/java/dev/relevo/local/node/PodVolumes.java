package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.files.Directories;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The volumes of one pod, and where they appear in its containers' roots. */
final class PodVolumes {
    private final ObjectStore store;
    private final Path directory;
    private final Path claims;

    /**
     * The volumes of one pod.
     *
     * @param directory where the pod's own volumes lie
     * @param claims where what outlives a pod lies
     */
    PodVolumes(ObjectStore store, Path directory, Path claims) {
        this.store = store;
        this.directory = directory;
        this.claims = claims;
    }

    /** A volume that could not be set up. */
    static final class MountFailure extends Exception {
        private static final long serialVersionUID = 1;

        MountFailure(String volume, String why) {
            super("MountVolume.SetUp failed for volume \"" + volume + "\" : " + why);
        }
    }

    /** Sets up every volume, or brings those that come from objects up to date. */
    void refresh(JsonNode pod, String podIp) throws MountFailure {
        VolumeFiles files = new VolumeFiles(store, pod, podIp);
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            String name = volume.path("name").asText();
            try {
                if (VolumeFiles.isFromObjects(volume)) {
                    AtomicDirectory.write(place(pod, volume), files.of(volume));
                } else {
                    setUp(pod, volume);
                }
            } catch (CannotStart e) {
                throw new MountFailure(name, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                throw new MountFailure(name, e.toString());
            }
        }
    }

    private void setUp(JsonNode pod, JsonNode volume) throws IOException, CannotStart {
        if (volume.has("persistentVolumeClaim")) {
            String claim =
                    volume.path("persistentVolumeClaim").path("claimName").asText();
            String namespace = pod.path("metadata").path("namespace").asText();
            if (store.get(ResourceTypes.PERSISTENT_VOLUME_CLAIM.key(namespace, claim))
                    .isEmpty()) {
                throw new CannotStart("ContainerCreating", "persistentvolumeclaim \"" + claim + "\" not found");
            }
        } else if (!volume.has("emptyDir") && !volume.has("hostPath")) {
            throw new CannotStart(
                    "ContainerCreating",
                    "the local environment has no such kind of volume; use emptyDir, configMap, secret, projected,"
                            + " downwardAPI, hostPath or persistentVolumeClaim");
        }
        Path place = place(pod, volume);
        if (!Files.exists(place)) {
            Files.createDirectories(place);
        }
    }

    private Path place(JsonNode pod, JsonNode volume) {
        if (volume.has("hostPath")) {
            return Path.of(volume.path("hostPath").path("path").asText());
        }
        if (volume.has("persistentVolumeClaim")) {
            return claims.resolve(pod.path("metadata").path("namespace").asText())
                    .resolve(volume.path("persistentVolumeClaim")
                            .path("claimName")
                            .asText());
        }
        return directory.resolve(volume.path("name").asText());
    }

    /** Whether a pod has a volume of that claim. */
    static boolean uses(JsonNode pod, String claim) {
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            if (volume.path("persistentVolumeClaim")
                    .path("claimName")
                    .asText("")
                    .equals(claim)) {
                return true;
            }
        }
        return false;
    }

    /** The mount paths of a container. */
    static List<String> mountPaths(JsonNode container) {
        List<String> paths = new ArrayList<>();
        container
                .path("volumeMounts")
                .forEach(mount -> paths.add(mount.path("mountPath").asText()));
        return paths;
    }

    /** Makes the container's volumes appear in its root. */
    void mount(JsonNode pod, JsonNode container, Path root) throws IOException {
        List<JsonNode> mounts = new ArrayList<>();
        container.path("volumeMounts").forEach(mounts::add);
        mounts.sort(Comparator.comparingInt(
                mount -> mount.path("mountPath").asText().length()));
        for (JsonNode mount : mounts) {
            for (JsonNode volume : pod.path("spec").path("volumes")) {
                if (volume.path("name").asText().equals(mount.path("name").asText())) {
                    mount(mount, volume, place(pod, volume), root);
                }
            }
        }
    }

    private static void mount(JsonNode mount, JsonNode volume, Path place, Path root) throws IOException {
        Path target = root.resolve(mount.path("mountPath").asText().replaceFirst("^/+", ""))
                .normalize();
        String subPath = mount.path("subPath").asText("");
        Path source = place.resolve(subPath).normalize();
        if (!target.startsWith(root) || target.equals(root) || !source.startsWith(place)) {
            throw new IOException("[" + mount.path("mountPath").asText() + "] with subPath [" + subPath
                    + "] leads out of the container or the volume");
        }
        Path parent = target.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent);
        }
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Directories.delete(target);
        }
        if (subPath.isEmpty() || !VolumeFiles.isFromObjects(volume)) {
            if (!Files.exists(source)) {
                Files.createDirectories(source);
            }
            Files.createSymbolicLink(target, source);
        } else {
            // A subPath shows the files as they were when the container started, as a bind mount does.
            copy(source.toRealPath(), target);
        }
    }

    private static void copy(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(target.resolve(source.relativize(each).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                String relative = source.relativize(each).toString();
                Files.copy(
                        each,
                        relative.isEmpty() ? target : target.resolve(relative),
                        StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
