package dev.relevo.cli.command;

import dev.relevo.config.ConfigError;
import dev.relevo.config.ConfigLoader;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a first relevo.yaml. */
@Command(name = "init", description = "Writes a commented relevo.yaml from what is found in the project.")
final class InitCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--force", description = "Overwrite a relevo.yaml that is there.")
    private boolean force;

    @Option(names = "--app", paramLabel = "NAME", description = "The application's name; found without it.")
    @Nullable
    private String app;

    @Option(
            names = "--repository",
            paramLabel = "IMAGE",
            description = "Registry and path of the image, without a tag.")
    @Nullable
    private String repository;

    InitCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Path project = session.project();
        Path file = project.resolve(ConfigLoader.FILE);
        if (Files.exists(file) && !force) {
            throw Problem.of(ConfigError.FILE_EXISTS, file + " is there already")
                    .remedy("Edit it, or overwrite it with --force.")
                    .asException();
        }
        ProjectScan scan = ProjectScan.of(project);
        String name = app == null ? scan.app() : app;
        String image = repository == null ? "registry.example.com/team/" + name : repository;
        Files.writeString(file, FirstConfig.text(scan, name, image));
        session.load();
        scan.findings().forEach(finding -> session.events().emit(new Event.Info(finding)));
        if (repository == null) {
            session.events()
                    .emit(new Event.Info("image.repository is a guess; the local environment works with it, another"
                            + " registry needs the right one"));
        }
        session.print(file.toString());
        return 0;
    }
}
