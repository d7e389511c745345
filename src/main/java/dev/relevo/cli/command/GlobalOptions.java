package dev.relevo.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command takes, before or after its name. */
public final class GlobalOptions {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show the help of the program or of a command.")
    boolean help;

    @Option(
            names = {"-C", "--directory"},
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The project's folder; the current one without it.")
    @Nullable
    Path directory;

    @Option(
            names = {"-e", "--environment"},
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "The environment in relevo.yaml; RELEVO_ENVIRONMENT or the file's default without it.")
    @Nullable
    String environment;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "Another namespace than the environment's.")
    @Nullable
    String namespace;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            scope = ScopeType.INHERIT,
            description = "A value for a key of relevo.yaml, e.g. deploy.timeout=2m. May be repeated.")
    List<String> set = new ArrayList<>();

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the result as JSON.")
    boolean json;

    @Option(
            names = "--ci",
            paramLabel = "SYSTEM",
            scope = ScopeType.INHERIT,
            description =
                    "Whose language the log speaks: jenkins, azure, github or none; auto finds it out. RELEVO_CI without it.")
    String ci = "";
}
