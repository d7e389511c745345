package dev.relevo.cli.command;

import dev.relevo.cluster.ClientWarmUp;
import dev.relevo.config.ConfigLoader;
import dev.relevo.image.BuildMemory;
import dev.relevo.pipeline.StepResults;
import dev.relevo.project.MavenPom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Makes ready what a command is going to need, on threads of their own, while its words are read. Most of the time of a short
 * command is spent on what a process does once, and much of that can be done side by side.
 */
final class HeadStart {
    private static final Set<String> READ_THE_CONFIGURATION = Set.of(
            "run",
            "test",
            "build",
            "push",
            "configmap",
            "deploy",
            "plan",
            "status",
            "history",
            "rollback",
            "promote",
            "pause",
            "resume",
            "abort",
            "doctor",
            "config");

    /** Those whose first act after that is a request to the cluster. */
    private static final Set<String> ASK_THE_CLUSTER =
            Set.of("deploy", "plan", "status", "history", "rollback", "promote", "pause", "resume", "abort", "doctor");

    /** Those that leave results for others. */
    private static final Set<String> RECORD_THEMSELVES =
            Set.of("run", "test", "build", "push", "configmap", "deploy", "rollback");

    /** Those whose first act is to read a Maven project, if it is one. */
    private static final Set<String> READ_THE_PROJECT = Set.of("run", "test", "build");

    private HeadStart() {}

    /** Begins with what these words seem to ask for, and returns at once. A failure will come again where it matters. */
    static void of(Session session, String... words) {
        List<String> all = Arrays.asList(words);
        if (isAmong(READ_THE_CONFIGURATION, all)) {
            start("relevo-configuration", session::readDefaults);
            start("relevo-records", ConfigLoader::expectRecords);
        }
        if (isAmong(ASK_THE_CLUSTER, all)) {
            start("relevo-client", ClientWarmUp::run);
        }
        if (isAmong(RECORD_THEMSELVES, all)) {
            start("relevo-results", () -> expectResults(all));
        }
    }

    private static void expectResults(List<String> words) {
        StepResults.expectTimeline();
        if (isAmong(READ_THE_PROJECT, words)) {
            MavenPom.expect();
        }
        if (words.contains("build")) {
            BuildMemory.expect();
        }
        words.forEach(StepResults::expect);
    }

    private static boolean isAmong(Set<String> commands, List<String> words) {
        return words.stream().anyMatch(commands::contains);
    }

    private static void start(String name, Runnable preparation) {
        Thread thread = new Thread(preparation, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((failed, e) -> {});
        thread.start();
    }
}
