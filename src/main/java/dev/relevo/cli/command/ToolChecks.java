package dev.relevo.cli.command;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The programs on this machine. */
final class ToolChecks {
    private static final int OLDEST_JAVA = 17;

    private ToolChecks() {}

    static List<Check> all(Path project, Map<String, String> variables) {
        List<Check> checks = new ArrayList<>();
        checks.add(java(variables));
        checks.add(needed("git", variables, "the image's labels and tags come from the commit", "Install git."));
        if (Files.exists(project.resolve("pom.xml"))) {
            checks.add(wrapperOr("mvnw", "mvn", project, variables));
        }
        if (Files.exists(project.resolve("build.gradle")) || Files.exists(project.resolve("build.gradle.kts"))) {
            checks.add(wrapperOr("gradlew", "gradle", project, variables));
        }
        if (Files.exists(project.resolve("package.json"))) {
            checks.add(needed("npm", variables, "the project has a package.json", "Install Node.js with npm."));
        }
        checks.add(engine(project, variables));
        checks.add(find("kubectl", variables)
                .map(path -> Check.ok("kubectl", path.toString()))
                .orElse(Check.note("kubectl", "not on the PATH; only kustomizations gain from it")));
        return checks;
    }

    private static Check java(Map<String, String> variables) {
        String found = Runtime.version() + ", " + System.getProperty("java.home");
        Path home = Path.of(System.getProperty("java.home", ""));
        boolean compiler = Files.exists(home.resolve("bin").resolve("javac"))
                || find("javac", variables).isPresent();
        if (Runtime.version().feature() < OLDEST_JAVA) {
            return Check.problem(
                    "Java", found, "Install a JDK " + OLDEST_JAVA + " or newer, or point JAVA_HOME to one.");
        }
        return compiler
                ? Check.ok("Java", found)
                : Check.problem(
                        "Java",
                        found + " has no compiler",
                        "Install a JDK, not only a JRE, or point JAVA_HOME to one.");
    }

    private static Check wrapperOr(String wrapper, String program, Path project, Map<String, String> variables) {
        return Files.exists(project.resolve(wrapper))
                ? Check.ok(program, project.resolve(wrapper).toString())
                : needed(
                        program,
                        variables,
                        "the project is built with it",
                        "Install " + program + ", or add its wrapper.");
    }

    private static Check engine(Path project, Map<String, String> variables) {
        for (String program : List.of("docker", "buildah", "buildctl")) {
            Optional<Path> found = find(program, variables);
            if (found.isPresent()) {
                return Check.ok("container engine", found.get().toString());
            }
        }
        boolean jvm = Files.exists(project.resolve("pom.xml"))
                || Files.exists(project.resolve("build.gradle"))
                || Files.exists(project.resolve("build.gradle.kts"));
        return jvm || !Files.exists(project.resolve("Dockerfile"))
                ? Check.note("container engine", "none; a JVM project is built without one")
                : Check.problem(
                        "container engine",
                        "none, and the project is built by its Dockerfile",
                        "Install docker, buildah or buildctl.");
    }

    private static Check needed(String program, Map<String, String> variables, String why, String remedy) {
        return find(program, variables)
                .map(path -> Check.ok(program, path.toString()))
                .orElse(Check.problem(program, "not on the PATH; " + why, remedy));
    }

    private static Optional<Path> find(String program, Map<String, String> variables) {
        return Arrays.stream(variables.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
