package dev.relevo.cli.command;

import dev.relevo.config.FlagValue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that deploy or say how they would. */
final class StrategyOption {
    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description = "big-bang, rolling, blue-green, canary or auto; relevo.yaml says it otherwise.")
    @Nullable
    String strategy;

    FlagValue[] flags() {
        return strategy == null
                ? new FlagValue[0]
                : new FlagValue[] {new FlagValue("deploy.strategy", strategy, "--strategy")};
    }
}
