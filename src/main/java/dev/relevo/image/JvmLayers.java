package dev.relevo.image;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The layers and the entry point of a JVM service. The class path is written out, because the order of a wildcard is the file
 * system's; it is relative to the working directory, so that the unpacked image also runs outside of a container.
 */
final class JvmLayers {
    static final String HOME = "/app";

    private final List<FileEntriesLayer> layers = new ArrayList<>();
    private final List<String> classPath = new ArrayList<>();
    private final List<String> entryPoint = new ArrayList<>();

    JvmLayers(JvmContents contents) throws IOException {
        Set<String> names = new HashSet<>();
        List<String> libraries = new ArrayList<>();
        FileEntriesLayer released = jars("dependencies", contents.dependencies(), names, libraries);
        FileEntriesLayer snapshots = jars("snapshot dependencies", contents.snapshots(), names, libraries);
        FileEntriesLayer.Builder modules = FileEntriesLayer.builder().setName("modules");
        List<String> moduleFolders = new ArrayList<>();
        for (int i = 0; i < contents.modules().size(); i++) {
            addTree(modules, contents.modules().get(i), "modules/" + i, file -> true);
            moduleFolders.add("modules/" + i);
        }
        FileEntriesLayer.Builder resources = FileEntriesLayer.builder().setName("resources");
        for (Path folder : contents.resources()) {
            addTree(resources, folder, "resources", file -> !isClass(file));
        }
        FileEntriesLayer.Builder classes = FileEntriesLayer.builder().setName("classes");
        for (Path folder : contents.classes()) {
            addTree(classes, folder, "classes", JvmLayers::isClass);
        }
        classPath.addAll(List.of("resources", "classes"));
        classPath.addAll(moduleFolders);
        classPath.addAll(libraries);
        for (FileEntriesLayer layer :
                List.of(released, snapshots, modules.build(), resources.build(), classes.build())) {
            if (!layer.getEntries().isEmpty()) {
                layers.add(layer);
            }
        }
        entryPoint.add("java");
        entryPoint.addAll(contents.jvmFlags());
        entryPoint.addAll(List.of("-cp", String.join(":", classPath), contents.mainClass()));
    }

    /** The layers, the one that changes least first. */
    List<FileEntriesLayer> layers() {
        return layers;
    }

    /** Exec form: no shell stands between the runtime's signals and the JVM. */
    List<String> entryPoint() {
        return entryPoint;
    }

    private static FileEntriesLayer jars(String name, List<Path> jars, Set<String> taken, List<String> libraries)
            throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        for (Path jar : jars) {
            String file = String.valueOf(jar.getFileName());
            if (!taken.add(file)) {
                // Two groups may have a jar of the same name; its content tells them apart on every machine.
                file = Digest.of(Files.readAllBytes(jar)).hex().substring(0, 12) + "-" + file;
                taken.add(file);
            }
            layer.addEntry(jar, AbsoluteUnixPath.get(HOME + "/libs/" + file));
            libraries.add("libs/" + file);
        }
        return layer.build();
    }

    private interface Choice {
        boolean takes(Path file);
    }

    private static void addTree(FileEntriesLayer.Builder layer, Path folder, String target, Choice choice)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(choice::takes)
                    .sorted()
                    .toList()) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                layer.addEntry(file, AbsoluteUnixPath.get(HOME + "/" + target + "/" + name));
            }
        }
    }

    private static boolean isClass(Path file) {
        return file.toString().endsWith(".class");
    }
}
