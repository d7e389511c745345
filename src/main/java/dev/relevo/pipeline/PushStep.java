package dev.relevo.pipeline;

import dev.relevo.config.BuildConfig;
import dev.relevo.config.PushConfig;
import dev.relevo.image.ImageLayout;
import dev.relevo.registry.Credentials;
import dev.relevo.registry.ImagePusher;
import dev.relevo.registry.RegistryError;
import dev.relevo.registry.Repository;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The step {@code push}: sends the image that {@code build} has made, and hands on the digest that the registry then holds. */
public final class PushStep {
    private final Map<String, String> environment;

    /** @param environment the process's variables: logins and proxies are found through them */
    public PushStep(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Pushes.
     *
     * @throws RelevoException with a {@link RegistryError}, or a {@link StepError} when nothing was built
     */
    public StepResult.Push run(StepContext context) {
        String repository = context.config().image().repository();
        return StepRecorder.run(context, "push", repository, () -> push(context, repository));
    }

    private StepRecorder.Ended<StepResult.Push> push(StepContext context, String repository) {
        StepResult.Build build = StepResults.of(context.project()).require(StepResult.Build.class);
        ImageLayout layout = open(context.project().resolve(build.layout()), build.digest());
        PushConfig config = context.config().push();
        ImagePusher pusher = new ImagePusher(
                new ImagePusher.Settings(
                        config.insecure(),
                        config.attempts(),
                        config.movableTags(),
                        mountFrom(context.config().build(), build, repository)),
                new Credentials(repository, environment),
                environment,
                context.events());
        ImagePusher.Pushed pushed = pusher.push(layout, repository, build.tags());
        StepResult.Push result = new StepResult.Push(
                repository + "@" + pushed.digest(), build.tags(), pushed.bytesSent(), pushed.bytesPresent());
        context.events().emit(new Event.Produced("image", result.image()));
        return pushed.bytesSent() == 0
                ? StepRecorder.Ended.unchanged(result, result.image() + " (all layers were there)")
                : StepRecorder.Ended.done(result, result.image());
    }

    private static ImageLayout open(Path folder, String digest) {
        try {
            ImageLayout layout = ImageLayout.open(folder);
            if (layout.root().digest().toString().equals(digest)) {
                return layout;
            }
            throw missing(folder, "It holds " + layout.root().digest() + ", but the build said " + digest);
        } catch (IOException e) {
            throw missing(folder, String.valueOf(e.getMessage()));
        }
    }

    private static RelevoException missing(Path folder, String why) {
        return Problem.of(RegistryError.IMAGE_MISSING, "The built image is not in [" + folder + "]")
                .detail(why)
                .remedy("Run `relevo build` again")
                .asException();
    }

    /** Where base and image share a registry, it need not be sent what it has under another name. */
    private static Optional<String> mountFrom(BuildConfig config, StepResult.Build build, String repository) {
        boolean registryBase = build.builder().equals("jib")
                && !config.base().equals(BuildConfig.NO_BASE)
                && !config.base().contains(".tar");
        if (!registryBase) {
            return Optional.empty();
        }
        Repository base = Repository.ofReference(config.base());
        return Optional.of(base)
                .filter(from ->
                        from.registry().equals(Repository.parse(repository).registry()))
                .map(Repository::path);
    }
}
