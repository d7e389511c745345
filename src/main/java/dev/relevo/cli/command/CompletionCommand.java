package dev.relevo.cli.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Completion of commands and options in a shell. */
@Command(name = "completion", description = "Prints a completion script: source <(relevo completion bash).")
final class CompletionCommand implements Callable<Integer> {
    /** The shells there is a script for. */
    enum Shell {
        bash,
        zsh
    }

    private final Session session;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.bash;

    @Spec
    private CommandSpec spec;

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        // The script itself turns on zsh's understanding of bash's completion where it runs in zsh.
        String script = AutoComplete.bash("relevo", spec.root().commandLine());
        session.print((shell == Shell.zsh ? "#compdef relevo\n" : "") + script.stripTrailing());
        return 0;
    }
}
