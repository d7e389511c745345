package dev.relevo.cli;

import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.command.StopPolicy;
import dev.relevo.cli.console.Streams;

/** The program {@code relevo}. */
public final class Main {
    private Main() {}

    /** Runs the command and ends the process with its exit status. */
    public static void main(String[] words) {
        // Requests by a preview route go to a gateway's address and name the host that the route is for.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        Streams streams = Streams.ofProcess();
        StopPolicy policy = new StopPolicy();
        Shutdown shutdown = Shutdown.install(streams.err(), policy);
        int status = new CommandRun(streams, policy).execute(words);
        shutdown.finished(status);
    }
}
