package dev.relevo.cli.command;

import dev.relevo.config.FlagValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that wait for an app's lock. */
final class TurnOptions {
    @Option(names = "--no-wait", description = "Refuse at once when another deploy of the app holds the lock.")
    boolean refuse;

    @Option(
            names = "--if-superseded",
            paramLabel = "WHAT",
            description = "abort: give way when a newer build waits for the lock as well; wait: deploy every build.")
    @Nullable
    String ifSuperseded;

    @Option(
            names = "--build-number",
            paramLabel = "NUMBER",
            description = "The number of the CI's build, by which newer and older builds are told apart.")
    @Nullable
    String buildNumber;

    /** These and others' values for the configuration. */
    FlagValue[] flags(FlagValue... others) {
        List<FlagValue> flags = new ArrayList<>(List.of(others));
        if (refuse) {
            flags.add(new FlagValue("deploy.lockWait", "0s", "--no-wait"));
        }
        if (ifSuperseded != null) {
            flags.add(new FlagValue("deploy.ifSuperseded", ifSuperseded, "--if-superseded"));
        }
        if (buildNumber != null) {
            flags.add(new FlagValue("deploy.buildNumber", buildNumber, "--build-number"));
        }
        return flags.toArray(FlagValue[]::new);
    }
}
