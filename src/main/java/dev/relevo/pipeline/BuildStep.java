package dev.relevo.pipeline;

import dev.relevo.config.BuildConfig;
import dev.relevo.image.BaseImage;
import dev.relevo.image.BuildError;
import dev.relevo.image.BuildFailures;
import dev.relevo.image.BuildMemory;
import dev.relevo.image.CompiledProject;
import dev.relevo.image.Descriptor;
import dev.relevo.image.DockerfileBuilder;
import dev.relevo.image.ImageLayout;
import dev.relevo.image.ImageSettings;
import dev.relevo.image.JibImageBuilder;
import dev.relevo.image.JvmCompiler;
import dev.relevo.image.JvmContents;
import dev.relevo.image.MainClass;
import dev.relevo.image.RegistryLogin;
import dev.relevo.project.BuildTool;
import dev.relevo.project.CommandRunner;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The step {@code build}: the working copy becomes an image in {@code .relevo/image}. A JVM project is built with Jib, unless
 * {@code build.builder} or {@code build.dockerfile} asks for something else; any other project needs a Dockerfile.
 */
public final class BuildStep {
    /** Where the image lies, relative to the project. */
    static final Path LAYOUT = Path.of(StepResults.FOLDER, "image");

    private final CommandRunner runner;
    private final RegistryLogin login;
    private final Path baseCache;
    private final Map<String, String> environment;

    /**
     * @param login finds the login for the base image's registry
     * @param variables of the user's environment, which say where base images are kept
     */
    public BuildStep(RegistryLogin login, Map<String, String> variables) {
        this(new CommandRunner(), login, UserCache.folder(variables).resolve("base-images"), Map.of());
    }

    BuildStep(CommandRunner runner, RegistryLogin login, Path baseCache, Map<String, String> environment) {
        this.runner = runner;
        this.login = login;
        this.baseCache = baseCache;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Builds the image.
     *
     * @throws RelevoException with a {@link BuildError}
     */
    public StepResult.Build run(StepContext context) {
        return StepRecorder.run(context, "build", context.config().image().repository(), () -> build(context));
    }

    private StepRecorder.Ended<StepResult.Build> build(StepContext context) {
        ImageIdentity identity = ImageIdentity.of(context.project());
        List<String> tags = identity.tags(context.config(), context.events());
        Optional<BuildTool> tool = BuildTool.of(context.project()).filter(BuildTool::isJvm);
        Made made = tool.isPresent() && wantsJib(context.config().build())
                ? withJib(context, identity, tool.get())
                : withDockerfile(context, identity, tool.isPresent());
        String repository = context.config().image().repository();
        String digest = made.layout().root().digest().toString();
        StepResult.Build result = new StepResult.Build(
                repository + "@" + digest,
                repository,
                digest,
                LAYOUT,
                tags,
                made.builder(),
                identity.revision(),
                identity.committedAt(),
                identity.version(),
                layers(made.layout()));
        context.events().emit(new Event.Produced("image", result.image()));
        return made.unchanged()
                ? StepRecorder.Ended.unchanged(result, result.image() + " (unchanged)")
                : StepRecorder.Ended.done(result, result.image());
    }

    private static List<StepResult.Layer> layers(ImageLayout layout) {
        try {
            List<Descriptor> blobs = layout.blobsOf(layout.manifests().get(0));
            return blobs.stream()
                    .skip(1)
                    .map(blob -> new StepResult.Layer(blob.digest().toString(), blob.size()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The image that was just made cannot be read", e);
        }
    }

    private record Made(ImageLayout layout, String builder, boolean unchanged) {}

    private static boolean wantsJib(BuildConfig config) {
        return config.builder() == BuildConfig.Builder.JIB
                || (config.builder() == BuildConfig.Builder.AUTO
                        && config.dockerfile().isEmpty());
    }

    private Made withDockerfile(StepContext context, ImageIdentity identity, boolean jvm) {
        BuildConfig config = context.config().build();
        if (config.builder() == BuildConfig.Builder.JIB) {
            throw Problem.of(
                            BuildError.SETTING,
                            "build.builder is [jib], but [" + context.project() + "] is no JVM project")
                    .detail("There is neither pom.xml nor build.gradle")
                    .remedy("Leave build.builder out to build the project's Dockerfile")
                    .asException();
        }
        if (!jvm
                && config.dockerfile().isEmpty()
                && !Files.exists(context.project().resolve("Dockerfile"))) {
            throw Problem.of(
                            BuildError.NOTHING_TO_BUILD,
                            "Nothing in [" + context.project() + "] says how to build an image")
                    .detail("A JVM project has a pom.xml or build.gradle, any other one needs a Dockerfile")
                    .remedy("Add a Dockerfile, or let build.dockerfile in relevo.yaml name it")
                    .asException();
        }
        Path folder = StepResults.of(context.project()).folder();
        DockerfileBuilder builder =
                new DockerfileBuilder(context.project(), folder, config, environment, runner, context.events());
        DockerfileBuilder.Built built = builder.build(
                identity.labels(context.config(), Optional.empty()),
                context.project().resolve(LAYOUT));
        return new Made(built.layout(), built.builder(), false);
    }

    private Made withJib(StepContext context, ImageIdentity identity, BuildTool tool) {
        Path folder = StepResults.of(context.project()).folder();
        try {
            return withJib(context, identity, tool, folder);
        } catch (IOException e) {
            throw BuildFailures.files("the image in " + folder, e);
        }
    }

    private Made withJib(StepContext context, ImageIdentity identity, BuildTool tool, Path folder) throws IOException {
        BuildConfig config = context.config().build();
        Path memoryFile = folder.resolve("build-memory.json");
        Optional<BuildMemory> memory = BuildMemory.read(memoryFile);
        BaseImage base = base(context.project(), config);
        ImageSettings settings = new ImageSettings(
                identity.labels(context.config(), Optional.of(base)),
                identity.workingCopy().commitTime(),
                config.platforms().isEmpty() ? List.of("linux/amd64") : config.platforms(),
                config.env(),
                config.ports(),
                config.user());

        String sources = BuildInputs.ofCompilation(context.project(), config);
        Optional<String> classPath = BuildInputs.ofClassPath(context.project(), config);
        CompiledProject compiled;
        if (memory.isPresent() && memory.get().compiledFrom(sources)) {
            compiled = memory.get().compiled();
        } else {
            compiled = new JvmCompiler(
                            context.project(), folder, config.command(), config.timeout(), runner, context.events())
                    .compile(tool, memory.flatMap(last -> last.librariesFrom(classPath)));
        }
        String stamp = compiled.stamp().toString();
        String mainClass = MainClass.of(config.mainClass(), compiled);
        String inputs = BuildInputs.ofImage(stamp, base, mainClass, config.jvmFlags(), settings);
        Optional<ImageLayout> existing = memory.filter(last -> isSame(last, inputs, base))
                .flatMap(last ->
                        layout(context.project().resolve(LAYOUT), last.digest().orElse("")));
        if (existing.isPresent()) {
            new BuildMemory(
                            sources,
                            classPath,
                            compiled,
                            stamp,
                            memory.get().inputs(),
                            memory.get().digest())
                    .write(memoryFile);
            return new Made(existing.get(), "jib", true);
        }
        new BuildMemory(sources, classPath, compiled, stamp, Optional.empty(), Optional.empty()).write(memoryFile);

        JvmContents contents = new JvmContents(
                compiled.dependencies(),
                compiled.snapshots(),
                compiled.modules(),
                compiled.resources(),
                compiled.classes(),
                mainClass,
                config.jvmFlags());
        Path cache = Files.createDirectories(folder.resolve("cache"));
        boolean insecure = context.config().push().insecure() || BaseRegistry.isLoopback(base);
        ImageLayout layout = new JibImageBuilder(
                        cache, Files.createDirectories(baseCache), login, insecure, context.events())
                .build(base, contents, settings, context.project().resolve(LAYOUT));
        String digest = layout.root().digest().toString();
        new BuildMemory(sources, classPath, compiled, stamp, Optional.of(inputs), Optional.of(digest))
                .write(memoryFile);
        boolean unchanged = memory.flatMap(BuildMemory::digest).equals(Optional.of(digest));
        context.events().emit(new Event.Info("Image " + digest + " with main class " + mainClass));
        return new Made(layout, "jib", unchanged);
    }

    /** A tag of a base image may have moved since; only Jib, asking its registry, can tell. */
    private static boolean isSame(BuildMemory last, String inputs, BaseImage base) {
        boolean movable = base instanceof BaseImage.InRegistry remote && !remote.pinned();
        return !movable && last.inputs().equals(Optional.of(inputs));
    }

    private static Optional<ImageLayout> layout(Path folder, String digest) {
        try {
            ImageLayout layout = ImageLayout.open(folder);
            return Optional.of(layout)
                    .filter(found -> found.root().digest().toString().equals(digest));
        } catch (IOException noneOrIncomplete) {
            return Optional.empty();
        }
    }

    private static BaseImage base(Path project, BuildConfig config) {
        if (config.base().equals(BuildConfig.NO_BASE)) {
            return new BaseImage.None();
        }
        boolean path = config.base().endsWith(".tar") || config.base().endsWith(".tar.gz");
        if (!path) {
            return new BaseImage.InRegistry(config.base());
        }
        Path file = project.resolve(config.base()).normalize();
        if (!Files.isRegularFile(file)) {
            throw Problem.of(BuildError.BASE_IMAGE, "Base image [" + file + "] is not there")
                    .remedy("Write it with `docker save`, or correct build.base in relevo.yaml")
                    .asException();
        }
        return new BaseImage.Tar(file);
    }
}
