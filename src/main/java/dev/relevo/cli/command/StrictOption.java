package dev.relevo.cli.command;

import dev.relevo.config.FlagValue;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option of the commands that look at the manifests before a deploy. */
final class StrictOption {
    @Option(
            names = "--strict",
            description =
                    "Refuse, before anything is touched, whatever could lose requests and is a warning otherwise.")
    private boolean strict;

    /** Other flags, and this one if it was given. */
    FlagValue[] and(FlagValue... others) {
        List<FlagValue> flags = new ArrayList<>(List.of(others));
        if (strict) {
            flags.add(new FlagValue("deploy.strict", "true", "--strict"));
        }
        return flags.toArray(FlagValue[]::new);
    }
}
