package dev.relevo.pipeline;

import dev.relevo.config.BuildConfig;
import dev.relevo.image.BaseImage;
import dev.relevo.image.Digest;
import dev.relevo.image.ImageSettings;
import dev.relevo.project.SourceFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Keys of what a build comes from: where the key is the same, the result would be. */
final class BuildInputs {
    /** Counts changes of how images are made; a new number lets every image be made anew. */
    private static final int RECIPE = 1;

    private static final List<String> COMPILER_VARIABLES =
            List.of("JAVA_HOME", "MAVEN_OPTS", "MAVEN_ARGS", "MAVEN_CONFIG", "GRADLE_OPTS", "GRADLE_USER_HOME");

    private BuildInputs() {}

    /** Key of a compilation: the project's files, its parents' pom.xml, the command, and the compiler's environment. */
    static String ofCompilation(Path project, BuildConfig config) throws IOException {
        List<String> parts = new ArrayList<>();
        parts.add(SourceFingerprint.of(project));
        for (Path parent = project.getParent(); parent != null; parent = parent.getParent()) {
            Path pom = parent.resolve("pom.xml");
            if (!Files.isRegularFile(pom)) {
                break;
            }
            parts.add(Digest.of(Files.readAllBytes(pom)).toString());
        }
        parts.addAll(config.command());
        for (String name : COMPILER_VARIABLES) {
            parts.add(name + "=" + System.getenv().getOrDefault(name, ""));
        }
        return Digest.of(String.join("\n", parts)).toString();
    }

    /** Key of an image: what was compiled, what it stands on, and what it says about itself. */
    static String ofImage(
            String compiled, BaseImage base, String mainClass, List<String> jvmFlags, ImageSettings settings)
            throws IOException {
        List<String> parts = new ArrayList<>();
        parts.add("recipe " + RECIPE);
        parts.add(compiled);
        parts.add(base.toString());
        if (base instanceof BaseImage.Tar tar && Files.exists(tar.file())) {
            parts.add(Files.size(tar.file()) + " " + Files.getLastModifiedTime(tar.file()));
        }
        parts.add(mainClass);
        parts.addAll(jvmFlags);
        parts.add(new TreeMap<>(settings.labels()).toString());
        parts.add(new TreeMap<>(settings.environment()).toString());
        parts.add(settings.created() + " " + settings.platforms() + " " + settings.ports() + " " + settings.user());
        return Digest.of(String.join("\n", parts)).toString();
    }
}
