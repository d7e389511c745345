package dev.relevo.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version that a project gives itself. */
public final class ProjectVersion {
    private static final String QUOTED = "[\"']([^\"'$\\s]+)[\"']";

    private ProjectVersion() {}

    /** The version in the build tool's own file; empty when there is none or it is computed. */
    public static Optional<String> of(Path project) {
        if (Files.exists(project.resolve("pom.xml"))) {
            try {
                return MavenPom.read(project.resolve("pom.xml")).version();
            } catch (IOException mavenWillSaySo) {
                return Optional.empty();
            }
        }
        return first(project.resolve("gradle.properties"), "(?m)^version\\s*[=:]\\s*(\\S+)")
                .or(() -> first(project.resolve("build.gradle"), "(?m)^version\\s*=?\\s*" + QUOTED))
                .or(() -> first(project.resolve("build.gradle.kts"), "(?m)^version\\s*=\\s*" + QUOTED))
                .or(() -> first(project.resolve("package.json"), "\"version\"\\s*:\\s*" + QUOTED))
                .or(() -> first(project.resolve("pyproject.toml"), "(?m)^version\\s*=\\s*" + QUOTED));
    }

    private static Optional<String> first(Path file, String pattern) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
