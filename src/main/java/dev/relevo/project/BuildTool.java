package dev.relevo.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What builds and tests a project, and how it is called.
 *
 * @param kind which tool
 * @param call the words that start it: the project's wrapper where it has one, otherwise the program on the PATH
 */
public record BuildTool(Kind kind, List<String> call) {
    /** The tools that are known. */
    public enum Kind {
        MAVEN("maven"),
        GRADLE("gradle"),
        NPM("npm"),
        PYTEST("pytest");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** Its name as people write it, in lower case. */
        public String word() {
            return word;
        }
    }

    public BuildTool {
        call = List.copyOf(call);
    }

    /** Whether it builds Java and its relatives. */
    public boolean isJvm() {
        return kind == Kind.MAVEN || kind == Kind.GRADLE;
    }

    /** The tool whose file lies in the project's folder; Maven before Gradle before npm before pytest. */
    public static Optional<BuildTool> of(Path project) {
        if (Files.exists(project.resolve("pom.xml"))) {
            return Optional.of(
                    new BuildTool(Kind.MAVEN, wrapper(project, "mvnw").orElse(List.of("mvn"))));
        }
        if (anyExists(project, "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")) {
            return Optional.of(
                    new BuildTool(Kind.GRADLE, wrapper(project, "gradlew").orElse(List.of("gradle"))));
        }
        if (Files.exists(project.resolve("package.json"))) {
            return Optional.of(new BuildTool(Kind.NPM, List.of("npm")));
        }
        if (anyExists(project, "pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "setup.py", "conftest.py")
                || hasPythonTests(project)) {
            return Optional.of(new BuildTool(Kind.PYTEST, python(project)));
        }
        return Optional.empty();
    }

    /** A module's wrapper often lies at the root of the repository. */
    private static Optional<List<String>> wrapper(Path project, String name) {
        for (Path folder = project.toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path wrapper = folder.resolve(name);
            if (Files.isRegularFile(wrapper)) {
                return Optional.of(
                        Files.isExecutable(wrapper) ? List.of(wrapper.toString()) : List.of("sh", wrapper.toString()));
            }
            if (Files.exists(folder.resolve(".git"))) {
                break;
            }
        }
        return Optional.empty();
    }

    private static List<String> python(Path project) {
        for (String environment : List.of(".venv", "venv")) {
            Path python = project.resolve(environment).resolve("bin").resolve("python");
            if (Files.isExecutable(python)) {
                return List.of(python.toAbsolutePath().toString(), "-m", "pytest");
            }
        }
        return List.of("pytest");
    }

    private static boolean anyExists(Path project, String... names) {
        return Stream.of(names).anyMatch(name -> Files.exists(project.resolve(name)));
    }

    private static boolean hasPythonTests(Path project) {
        for (Path folder : List.of(project, project.resolve("tests"))) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    if (files.anyMatch(
                            file -> String.valueOf(file.getFileName()).matches("test_.*\\.py|.*_test\\.py"))) {
                        return true;
                    }
                } catch (IOException unreadable) {
                    return false;
                }
            }
        }
        return false;
    }
}
