package dev.relevo.pipeline;

import dev.relevo.image.BaseImage;
import dev.relevo.image.ImageLayout;
import dev.relevo.image.ImageSettings;
import dev.relevo.image.JibImageBuilder;
import dev.relevo.image.JvmContents;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A project whose build has just ended: a small image in its layout, and the build's result. */
final class BuiltImage {
    private BuiltImage() {}

    /** Builds an image with this text in it and leaves what the step build would. */
    static ImageLayout in(SampleProject project, String repository, String text, List<String> tags, String... platforms)
            throws IOException {
        project.write(
                "relevo.yaml",
                "apiVersion: relevo.dev/v1\napp: demo\nimage: {repository: '" + repository + "'}\n"
                        + "push: {movableTags: [latest, 'edge-*'], attempts: 3}\n"
                        + "defaultEnvironment: dev\nenvironments: {dev: {namespace: dev}}\n");
        project.write("classes/demo/Main.class", text);
        Path folder = StepResults.of(project.root).folder();
        ImageLayout layout = new JibImageBuilder(
                        Files.createDirectories(folder.resolve("cache")),
                        Files.createDirectories(folder.resolve("base")),
                        registry -> Optional.empty(),
                        false,
                        EventSink.none())
                .build(
                        new BaseImage.None(),
                        new JvmContents(
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(project.root.resolve("classes")),
                                "demo.Main",
                                List.of()),
                        new ImageSettings(
                                Map.of(),
                                Instant.EPOCH,
                                platforms.length == 0 ? List.of("linux/amd64") : List.of(platforms),
                                Map.of(),
                                List.of(),
                                "1000"),
                        project.root.resolve(BuildStep.LAYOUT));
        String digest = layout.root().digest().toString();
        StepResults.of(project.root)
                .write(
                        new StepResults.Run("build", Event.Outcome.DONE, Instant.now(), Duration.ofSeconds(1)),
                        Optional.of(new StepResult.Build(
                                repository + "@" + digest,
                                repository,
                                digest,
                                BuildStep.LAYOUT,
                                tags,
                                "jib",
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                List.of())),
                        Optional.empty());
        return layout;
    }
}
