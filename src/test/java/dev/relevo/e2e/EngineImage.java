package dev.relevo.e2e;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import dev.relevo.cli.Main;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The engine of this build as an image whose entry point is {@code relevo}. */
final class EngineImage {
    private EngineImage() {}

    /**
     * Pushes it to where the nodes pull from.
     *
     * @return its reference with digest
     */
    static String push(Site site, Path folder) throws Exception {
        List<Path> libraries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .toList();
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder();
        for (Path library : libraries) {
            layer.addEntry(library, AbsoluteUnixPath.get("/relevo/lib/" + library.getFileName()));
        }
        Path classes = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String repository = site.registry() + "/relevo-engine";
        JibContainer pushed = Jib.from(RegistryImage.named(site.baseImage().orElseThrow()))
                .addFileEntriesLayer(layer.build())
                .addFileEntriesLayer(FileEntriesLayer.builder()
                        .addEntryRecursive(classes, AbsoluteUnixPath.get("/relevo/classes"))
                        .build())
                .setUser("10001")
                .setEntrypoint(
                        "java",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        "/relevo/classes:/relevo/lib/*",
                        Main.class.getName())
                .containerize(Containerizer.to(RegistryImage.named(repository + ":1"))
                        .setAllowInsecureRegistries(true)
                        .setApplicationLayersCache(folder.resolve("jib-engine"))
                        .setBaseImageLayersCache(folder.resolve("jib-base")));
        return repository + "@" + pushed.getDigest();
    }
}
