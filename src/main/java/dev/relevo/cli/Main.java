package dev.relevo.cli;

import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.command.StopPolicy;
import dev.relevo.cli.console.Streams;

/** The program {@code relevo}. */
public final class Main {
    private Main() {}

    /** Runs the command and ends the process with its exit status. */
    public static void main(String[] words) {
        Streams streams = Streams.ofProcess();
        StopPolicy policy = new StopPolicy();
        Shutdown shutdown = Shutdown.install(streams.err(), policy);
        int status = new CommandRun(streams, policy).execute(words);
        shutdown.finished(status);
    }
}
