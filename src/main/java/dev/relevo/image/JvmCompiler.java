package dev.relevo.image;

import dev.relevo.project.BuildTool;
import dev.relevo.project.Command;
import dev.relevo.project.CommandOutcome;
import dev.relevo.project.CommandRunner;
import dev.relevo.project.MavenPom;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Lets the project's own build tool compile it and tell the runtime class path. */
public final class JvmCompiler {
    private static final String CLASS_PATH_GOAL =
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";

    private final Path project;
    private final Path scratch;
    private final List<String> ownCommand;
    private final Duration timeout;
    private final CommandRunner runner;
    private final EventSink events;

    /**
     * @param scratch folder for what the build tool tells
     * @param ownCommand what compiles the project; empty for the build tool's usual way
     * @param timeout of each command
     */
    public JvmCompiler(
            Path project,
            Path scratch,
            List<String> ownCommand,
            Duration timeout,
            CommandRunner runner,
            EventSink events) {
        this.project = project;
        this.scratch = scratch;
        this.ownCommand = List.copyOf(ownCommand);
        this.timeout = timeout;
        this.runner = runner;
        this.events = events;
    }

    /**
     * Compiles.
     *
     * @param known libraries that the class path still consists of, where that is known; the build tool is asked otherwise
     * @throws dev.relevo.report.RelevoException with a {@link BuildError}
     */
    public CompiledProject compile(BuildTool tool, Optional<List<Path>> known) {
        try {
            if (!ownCommand.isEmpty()) {
                run(ownCommand, String.valueOf(Path.of(ownCommand.get(0)).getFileName()));
            }
            CompiledProject compiled = tool.kind() == BuildTool.Kind.MAVEN ? maven(tool, known) : gradle(tool);
            if (compiled.classes().stream().noneMatch(JvmCompiler::hasClasses)) {
                throw Problem.of(BuildError.COMPILATION_FAILED, "The build of [" + project + "] left no classes")
                        .details(compiled.classes().stream()
                                .map(folder -> "Looked in " + folder)
                                .toList())
                        .remedy("Check that the project has sources, or set build.builder to build its Dockerfile")
                        .asException();
            }
            return compiled;
        } catch (IOException e) {
            throw BuildFailures.files("the class path of " + project, e);
        }
    }

    private CompiledProject maven(BuildTool tool, Optional<List<Path>> known) throws IOException {
        MavenPom pom = MavenPom.read(project.resolve("pom.xml"));
        if (pom.packaging().equals("pom")) {
            throw Problem.of(BuildError.SETTING, "[" + project + "] holds modules, not a service of its own")
                    .detail("Its pom.xml has the packaging pom")
                    .remedy("Run it in the module that is the service: `relevo -C <module> build`")
                    .asException();
        }
        List<String> words = new ArrayList<>(tool.call());
        words.addAll(List.of("-B", "-q", "-ntp", "-Dstyle.color=never"));
        if (ownCommand.isEmpty()) {
            words.add("process-classes");
        }
        List<Path> libraries;
        if (known.isPresent()) {
            libraries = known.get();
            if (ownCommand.isEmpty()) {
                run(words, "maven");
            }
        } else {
            Path told = scratch.resolve("class-path.txt");
            Files.deleteIfExists(told);
            words.addAll(List.of(CLASS_PATH_GOAL, "-Dmdep.outputFile=" + told, "-Dmdep.includeScope=runtime"));
            run(words, "maven");
            String text = Files.exists(told) ? Files.readString(told).strip() : "";
            libraries = text.isEmpty()
                    ? List.of()
                    : Stream.of(text.split(java.io.File.pathSeparator, -1))
                            .map(Path::of)
                            .toList();
        }
        Path classes = project.resolve("target").resolve("classes");
        return new CompiledProject(List.of(classes), List.of(classes), libraries, pom.mainClass());
    }

    private CompiledProject gradle(BuildTool tool) throws IOException {
        Path script = scratch.resolve("class-path.gradle");
        try (InputStream in = JvmCompiler.class.getResourceAsStream("/dev/relevo/image/class-path.gradle")) {
            if (in == null) {
                throw new IllegalStateException("class-path.gradle is not on the class path");
            }
            Files.write(script, in.readAllBytes());
        }
        Path told = scratch.resolve("class-path.txt");
        Files.deleteIfExists(told);
        List<String> words = new ArrayList<>(tool.call());
        words.addAll(List.of(
                "--console=plain",
                "-q",
                "-I",
                script.toString(),
                "-Dorg.gradle.configuration-cache=false",
                "-Drelevo.classPath=" + told,
                "relevoClassPath"));
        run(words, "gradle");
        if (!Files.exists(told)) {
            throw Problem.of(BuildError.SETTING, "[" + project + "] is no Java project of its own for Gradle")
                    .detail("The plugin `java` (or one that brings it) is not applied in this folder's project")
                    .remedy("Run it in the project that is the service: `relevo -C <project> build`")
                    .asException();
        }
        List<Path> classes = new ArrayList<>();
        List<Path> resources = new ArrayList<>();
        List<Path> libraries = new ArrayList<>();
        Optional<String> mainClass = Optional.empty();
        for (String line : Files.readAllLines(told)) {
            String value = line.substring(line.indexOf(' ') + 1);
            switch (line.substring(0, line.indexOf(' '))) {
                case "classes" -> classes.add(Path.of(value));
                case "resources" -> resources.add(Path.of(value));
                case "library" -> libraries.add(Path.of(value));
                case "main" -> mainClass = Optional.of(value);
                default -> throw new IOException("Unexpected line [" + line + "] in " + told);
            }
        }
        return new CompiledProject(classes, resources, libraries, mainClass);
    }

    private void run(List<String> words, String source) {
        Command command = new Command(words, project, variables(source), timeout, source);
        events.emit(new Event.Info("Runs " + command.shown()));
        CommandOutcome outcome = runner.run(command, line -> events.emit(new Event.Output(source, line)));
        CommandFailures.require(command, outcome, BuildError.COMPILATION_FAILED);
    }

    private Map<String, String> variables(String source) {
        return source.equals("maven")
                ? MavenOptions.of(
                        project,
                        System.getenv(),
                        Path.of(System.getProperty("java.home")),
                        System.getProperty(MavenOptions.ARCHIVE_PROPERTY, ""))
                : Map.of();
    }

    private static boolean hasClasses(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".class"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
