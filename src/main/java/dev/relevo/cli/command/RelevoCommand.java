package dev.relevo.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The program itself. */
@Command(
        name = "relevo",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "Takes a service from a commit to a running, verified release on Kubernetes.",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0 done            1 internal error    2 usage or configuration",
            "  3 tests failed    4 build failed      5 registry",
            "  6 cluster unreachable or forbidden    7 rollout failed and rolled back",
            "  8 rollout failed, not rolled back     9 doctor found problems",
            "  10 refused"
        })
final class RelevoCommand {
    @Mixin
    private final GlobalOptions options;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print version information and exit.")
    private boolean version;

    RelevoCommand(Session session) {
        this.options = session.options();
    }
}
