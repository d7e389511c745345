package dev.relevo.pipeline;

import dev.relevo.config.BuildConfig;
import dev.relevo.image.BaseImage;
import dev.relevo.image.Digest;
import dev.relevo.image.ImageSettings;
import dev.relevo.project.MavenPom;
import dev.relevo.project.SourceFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        for (Path pom : parents(project)) {
            parts.add(Digest.of(Files.readAllBytes(pom)).toString());
        }
        parts.addAll(config.command());
        addVariables(parts);
        return Digest.of(String.join("\n", parts)).toString();
    }

    /**
     * Key of a Maven project's class path: its pom.xml and its parents', Maven's settings, the compiler's environment. Empty when
     * the same files may lead to another class path tomorrow, or where the build is not Maven's alone.
     */
    static Optional<String> ofClassPath(Path project, BuildConfig config) throws IOException {
        Path own = project.resolve("pom.xml");
        if (!Files.isRegularFile(own) || !config.command().isEmpty()) {
            return Optional.empty();
        }
        List<Path> parents = parents(project);
        List<Path> poms = new ArrayList<>(List.of(own));
        poms.addAll(parents);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < poms.size(); i++) {
            if (!MavenPom.read(poms.get(i)).isFixed(i == poms.size() - 1)) {
                return Optional.empty();
            }
            parts.add(poms.get(i) + " " + Digest.of(Files.readAllBytes(poms.get(i))));
        }
        List<Path> settings = List.of(
                project.resolve(".mvn/maven.config"),
                project.resolve(".mvn/extensions.xml"),
                Path.of(System.getProperty("user.home"), ".m2", "settings.xml"));
        for (Path file : settings) {
            parts.add(
                    Files.isRegularFile(file)
                            ? Digest.of(Files.readAllBytes(file)).toString()
                            : "none");
        }
        addVariables(parts);
        return Optional.of(Digest.of(String.join("\n", parts)).toString());
    }

    private static List<Path> parents(Path project) {
        List<Path> poms = new ArrayList<>();
        for (Path parent = project.getParent(); parent != null; parent = parent.getParent()) {
            Path pom = parent.resolve("pom.xml");
            if (!Files.isRegularFile(pom)) {
                break;
            }
            poms.add(pom);
        }
        return poms;
    }

    private static void addVariables(List<String> parts) {
        for (String name : COMPILER_VARIABLES) {
            parts.add(name + "=" + System.getenv().getOrDefault(name, ""));
        }
    }

    /** Key of an image: what was compiled, what it stands on, and what it says about itself. */
    static String ofImage(
            String compiled, BaseImage base, String mainClass, List<String> jvmFlags, ImageSettings settings)
            throws IOException {
        List<String> parts = new ArrayList<>();
        parts.add("recipe " + RECIPE);
        parts.add(compiled);
        parts.add(ofBase(base));
        parts.add(mainClass);
        parts.addAll(jvmFlags);
        parts.add(new TreeMap<>(settings.labels()).toString());
        parts.add(new TreeMap<>(settings.environment()).toString());
        parts.add(settings.created() + " " + settings.platforms() + " " + settings.ports() + " " + settings.user());
        return Digest.of(String.join("\n", parts)).toString();
    }

    private static String ofBase(BaseImage base) throws IOException {
        if (base instanceof BaseImage.InRegistry image) {
            return "image " + image.reference();
        }
        if (base instanceof BaseImage.Tar tar) {
            return "archive " + tar.file()
                    + (Files.exists(tar.file())
                            ? " " + Files.size(tar.file()) + " " + Files.getLastModifiedTime(tar.file())
                            : "");
        }
        return "none";
    }
}
