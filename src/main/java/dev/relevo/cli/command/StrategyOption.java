package dev.relevo.cli.command;

import dev.relevo.config.FlagValue;
import java.util.ArrayList;
import java.util.List;
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

    @Option(names = "--no-wait", description = "Refuse at once when another deploy of the app holds the lock.")
    boolean refuse;

    FlagValue[] flags() {
        List<FlagValue> flags = new ArrayList<>();
        if (strategy != null) {
            flags.add(new FlagValue("deploy.strategy", strategy, "--strategy"));
        }
        if (refuse) {
            flags.add(new FlagValue("deploy.lockWait", "0s", "--no-wait"));
        }
        return flags.toArray(FlagValue[]::new);
    }
}
