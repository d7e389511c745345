package dev.relevo.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the virtual machine of a Maven that only compiles is given. It runs for seconds: the optimising compiler would cost more
 * time than it saves, and a fifth of its time goes into loading Java's own classes, the compiler's most of all, unless they come
 * from an archive.
 */
final class MavenOptions {
    /** The system property that names an archive of classes of the Java that this engine runs on. */
    static final String ARCHIVE_PROPERTY = "relevo.java.archive";

    private static final String VARIABLE = "MAVEN_OPTS";

    private MavenOptions() {}

    /**
     * The variables to add to a Maven's environment; none where the user or the project has options of its own.
     *
     * @param environment that Maven is going to have
     * @param java the home of the Java that the archive is of
     * @param archive its file; blank for none
     */
    static Map<String, String> of(Path project, Map<String, String> environment, Path java, String archive) {
        if (environment.containsKey(VARIABLE)
                || Files.exists(project.resolve(".mvn").resolve("jvm.config"))) {
            return Map.of();
        }
        String options = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
        // Maven's script takes the options apart at blanks. A Java that knows no such archive is to do without.
        boolean usable = !archive.isBlank()
                && archive.chars().noneMatch(Character::isWhitespace)
                && Files.isReadable(Path.of(archive))
                && isSame(java, environment.getOrDefault("JAVA_HOME", ""));
        return Map.of(
                VARIABLE,
                usable ? options + " -XX:+IgnoreUnrecognizedVMOptions -XX:SharedArchiveFile=" + archive : options);
    }

    /** Whether Maven will run on it; without JAVA_HOME it takes the Java on the PATH, as the launcher does. */
    private static boolean isSame(Path java, String home) {
        if (home.isEmpty()) {
            return true;
        }
        try {
            return Files.isSameFile(java, Path.of(home));
        } catch (IOException | InvalidPathException nothingThere) {
            return false;
        }
    }
}
