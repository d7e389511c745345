package dev.relevo.image;

import dev.relevo.config.BuildConfig;
import dev.relevo.project.Command;
import dev.relevo.project.CommandOutcome;
import dev.relevo.project.CommandRunner;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Builds a project's Dockerfile with the tool that works on this machine, and brings the result into the image layout. */
public final class DockerfileBuilder {
    private static final Duration PROBE = Duration.ofSeconds(20);

    private final Path project;
    private final Path scratchParent;
    private final BuildConfig config;
    private final Map<String, String> environment;
    private final CommandRunner runner;
    private final EventSink events;

    /**
     * @param scratchParent where the archive is written on its way
     * @param environment variables for the tools, in addition to the inherited ones
     */
    public DockerfileBuilder(
            Path project,
            Path scratchParent,
            BuildConfig config,
            Map<String, String> environment,
            CommandRunner runner,
            EventSink events) {
        this.project = project;
        this.scratchParent = scratchParent;
        this.config = config;
        this.environment = Map.copyOf(environment);
        this.runner = runner;
        this.events = events;
    }

    /** A built image and the program that built it. */
    public record Built(ImageLayout layout, String builder) {}

    /**
     * Builds.
     *
     * @param labels labels that the image gets besides those of its Dockerfile
     * @throws dev.relevo.report.RelevoException with a {@link BuildError}
     */
    public Built build(Map<String, String> labels, Path layout) {
        Path dockerfile = project.resolve(config.dockerfile().orElse("Dockerfile"));
        if (!Files.isRegularFile(dockerfile)) {
            throw Problem.of(BuildError.NOTHING_TO_BUILD, "There is no Dockerfile [" + dockerfile + "]")
                    .remedy("Write it, or let build.dockerfile in relevo.yaml name the right one")
                    .asException();
        }
        Path context = project.resolve(config.context()).normalize();
        warnAboutContext(context);
        ContainerTool tool = choose();
        try (LayoutWriter writer = new LayoutWriter(layout)) {
            List<Descriptor> images = new ArrayList<>();
            for (String platform : config.platforms().isEmpty() ? List.of("") : config.platforms()) {
                Optional<String> asked =
                        platform.isEmpty() || (config.platforms().size() == 1 && isThisMachine(platform))
                                ? Optional.empty()
                                : Optional.of(platform);
                Descriptor image = image(tool, dockerfile, context, asked, writer, labels);
                images.add(new Descriptor(
                        image.mediaType(),
                        image.digest(),
                        image.size(),
                        Optional.of(platform).filter(name -> !name.isEmpty())));
            }
            Descriptor first = images.get(0);
            Descriptor root = images.size() == 1
                    ? new Descriptor(first.mediaType(), first.digest(), first.size())
                    : writer.addIndex(images);
            return new Built(writer.finish(root), tool.program());
        } catch (IOException e) {
            throw BuildFailures.files("the image of " + dockerfile, e);
        }
    }

    private Descriptor image(
            ContainerTool tool,
            Path dockerfile,
            Path context,
            Optional<String> platform,
            LayoutWriter writer,
            Map<String, String> labels)
            throws IOException {
        Path scratch = Files.createTempDirectory(scratchParent, "dockerfile");
        try {
            Path idFile = scratch.resolve("image-id");
            Path archive = scratch.resolve("image.tar");
            ContainerTool.Request request = new ContainerTool.Request(
                    dockerfile, context, config.args(), config.target(), platform, idFile, archive);
            for (List<String> words : tool.commands(request)) {
                String id = Files.exists(idFile) ? Files.readString(idFile).strip() : "";
                run(
                        tool,
                        words.stream()
                                .map(word -> word.equals(ContainerTool.ID) ? id : word)
                                .toList());
            }
            return ArchiveImport.run(archive, Files.createDirectory(scratch.resolve("unpacked")), writer, labels);
        } finally {
            Folders.delete(scratch);
        }
    }

    private void run(ContainerTool tool, List<String> words) {
        Command command = new Command(words, project, environment, config.timeout(), tool.program());
        events.emit(new Event.Info("Runs " + command.shown()));
        CommandOutcome outcome = runner.run(command, line -> events.emit(new Event.Output(tool.program(), line)));
        CommandFailures.require(command, outcome, BuildError.DOCKERFILE_FAILED);
    }

    private ContainerTool choose() {
        List<String> reasons = new ArrayList<>();
        for (ContainerTool tool : candidates()) {
            Optional<String> hindrance = hindrance(tool);
            if (hindrance.isEmpty()) {
                String why = reasons.isEmpty() ? "it works here" : String.join("; ", reasons);
                events.emit(new Event.Info("Builds the Dockerfile with " + tool.program() + ": " + why));
                return tool;
            }
            reasons.add(hindrance.get());
        }
        throw Problem.of(
                        BuildError.PROGRAM_MISSING,
                        "Nothing on this machine can build the Dockerfile of [" + project + "]")
                .details(reasons)
                .remedy("Install buildah (e.g. apt-get install buildah), or install and start Docker, or point"
                        + " BUILDKIT_HOST to a BuildKit daemon for buildctl")
                .asException();
    }

    private List<ContainerTool> candidates() {
        return switch (config.builder()) {
            case DOCKER -> List.of(ContainerTool.DOCKER);
            case BUILDAH -> List.of(ContainerTool.BUILDAH);
            case BUILDCTL -> List.of(ContainerTool.BUILDCTL);
            case AUTO, JIB -> List.of(ContainerTool.values());
        };
    }

    /** Why the tool cannot build here; empty when it can. */
    private Optional<String> hindrance(ContainerTool tool) {
        CommandOutcome outcome =
                runner.run(new Command(tool.probe(), project, environment, PROBE, tool.program()), line -> {});
        if (outcome.succeeded()) {
            return Optional.empty();
        }
        if (outcome instanceof CommandOutcome.NotStarted) {
            return Optional.of(tool.program() + " is not installed");
        }
        if (outcome instanceof CommandOutcome.Interrupted) {
            throw BuildFailures.stopped();
        }
        List<String> lines = outcome.lastLines();
        String last =
                lines.isEmpty() ? "no answer" : lines.get(lines.size() - 1).strip();
        return Optional.of(tool.program() + " is installed but cannot build: " + last);
    }

    /** What a build writes must not become part of what it reads, or nothing would ever be unchanged. */
    private void warnAboutContext(Path context) {
        Path ignore = context.resolve(".dockerignore");
        try {
            boolean ignored = Files.exists(ignore) && Files.readString(ignore).contains(".relevo");
            if (context.equals(project.normalize()) && !ignored) {
                events.emit(new Event.Warning(
                        "The build context contains .relevo, where build results lie",
                        "Add a line .relevo to " + ignore));
            }
        } catch (IOException e) {
            throw BuildFailures.files(ignore.toString(), e);
        }
    }

    private static boolean isThisMachine(String platform) {
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return platform.equals("linux/" + (machine.equals("aarch64") ? "arm64" : machine));
    }
}
