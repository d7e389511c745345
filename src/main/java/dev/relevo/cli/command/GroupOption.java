package dev.relevo.cli.command;

import dev.relevo.config.GroupLoader;
import dev.relevo.config.LoadedGroup;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of the commands that work on a group of projects as well. */
final class GroupOption {
    @Option(
            names = "--group",
            paramLabel = "FILE",
            description =
                    "All members of the group in this file, e.g. relevo-group.yaml; -e is for those that name no environment.")
    @Nullable
    private Path file;

    /** The group, if one is meant. */
    Optional<LoadedGroup> group(Session session) {
        return Optional.ofNullable(file)
                .map(named -> GroupLoader.load(session.project().resolve(named)));
    }
}
