package dev.relevo.image;

import java.nio.file.Path;
import java.util.List;

/**
 * What is in the image of a JVM service, from what changes seldom to what changes often.
 *
 * @param dependencies jars of released versions, in the order of the class path
 * @param snapshots jars of snapshot versions
 * @param modules folders with the classes of other modules of the same build
 * @param resources folders of which everything but classes is taken
 * @param classes folders of which classes are taken
 * @param mainClass the class that is started
 * @param jvmFlags flags of the JVM
 */
public record JvmContents(
        List<Path> dependencies,
        List<Path> snapshots,
        List<Path> modules,
        List<Path> resources,
        List<Path> classes,
        String mainClass,
        List<String> jvmFlags) {
    public JvmContents {
        dependencies = List.copyOf(dependencies);
        snapshots = List.copyOf(snapshots);
        modules = List.copyOf(modules);
        resources = List.copyOf(resources);
        classes = List.copyOf(classes);
        jvmFlags = List.copyOf(jvmFlags);
    }
}
