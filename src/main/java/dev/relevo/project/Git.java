package dev.relevo.project;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the {@code git} program; no answer where there is no git, no repository or no commit. */
final class Git {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final CommandRunner runner = new CommandRunner();

    Git(Path directory) {
        this.directory = directory;
    }

    /** The lines of git's answer; empty when it failed. */
    Optional<List<String>> ask(String... arguments) {
        List<String> words = new ArrayList<>();
        // A CI's workspace often belongs to another user than the one who builds in it.
        words.addAll(List.of("git", "-c", "safe.directory=*", "-c", "core.quotePath=false"));
        words.addAll(List.of(arguments));
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Map<String, String> plain = Map.of("GIT_OPTIONAL_LOCKS", "0", "GIT_TERMINAL_PROMPT", "0", "LC_ALL", "C");
        CommandOutcome outcome = runner.run(new Command(words, directory, plain, PATIENCE, "git"), lines::add);
        return outcome.succeeded() ? Optional.of(lines) : Optional.empty();
    }
}
