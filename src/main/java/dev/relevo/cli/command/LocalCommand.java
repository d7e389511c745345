package dev.relevo.cli.command;

import dev.relevo.local.environment.LocalDaemon;
import dev.relevo.local.environment.LocalLogs;
import dev.relevo.local.environment.LocalStatus;
import dev.relevo.local.environment.RunningEnvironment;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The environment on this machine. */
@Command(
        name = "local",
        synopsisSubcommandLabel = "COMMAND",
        description = "The registry and the cluster on this machine, for trying things out.",
        subcommands = {
            LocalCommand.Up.class,
            LocalCommand.Down.class,
            LocalCommand.Status.class,
            LocalCommand.Reset.class,
            LocalCommand.Logs.class
        })
final class LocalCommand {
    private static void print(Session session, LocalStatus status) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("state", status.state().name().toLowerCase(Locale.ROOT));
        lines.put("directory", status.directory().toString());
        status.running().ifPresent(running -> addRunning(lines, running));
        if (session.json()) {
            session.printJson(lines);
        } else {
            lines.forEach((name, value) -> session.print(String.format(Locale.ROOT, "%-10s %s", name, value)));
        }
    }

    private static void addRunning(Map<String, String> lines, RunningEnvironment running) {
        lines.put("process", Long.toString(running.pid()));
        lines.put("since", running.startedAt().toString());
        lines.put("version", running.version());
        lines.put("cluster", running.apiUrl());
        lines.put("registry", running.registry());
        lines.put("kubeconfig", running.kubeconfig().toString());
    }

    /** Starts it. */
    @Command(name = "up", description = "Starts it when it does not run, and prints where it is.")
    static final class Up implements Callable<Integer> {
        private final Session session;

        Up(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            LocalDaemon daemon = LocalDaemon.standard(session.variables());
            if (daemon.status().running().isEmpty()) {
                RunningEnvironment unused =
                        LocalTarget.task(session.events(), "local", "Start the local environment", daemon::up);
            }
            print(session, daemon.status());
            return 0;
        }
    }

    /** Ends it. */
    @Command(name = "down", description = "Stops it and everything that runs in it; what it keeps stays.")
    static final class Down implements Callable<Integer> {
        private final Session session;

        Down(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            LocalDaemon daemon = LocalDaemon.standard(session.variables());
            LocalStatus unused =
                    LocalTarget.task(session.events(), "local", "Stop the local environment", daemon::down);
            print(session, daemon.status());
            return 0;
        }
    }

    /** Looks at it. */
    @Command(name = "status", description = "Says whether it runs, and where.")
    static final class Status implements Callable<Integer> {
        private final Session session;

        Status(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            print(session, LocalDaemon.standard(session.variables()).status());
            return 0;
        }
    }

    /** Removes it. */
    @Command(name = "reset", description = "Stops it and removes everything that it keeps: images, objects, databases.")
    static final class Reset implements Callable<Integer> {
        private final Session session;

        Reset(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            LocalDaemon daemon = LocalDaemon.standard(session.variables());
            LocalStatus unused =
                    LocalTarget.task(session.events(), "local", "Remove the local environment", daemon::reset);
            print(session, daemon.status());
            return 0;
        }
    }

    /** What it said. */
    @Command(name = "logs", description = "Prints the end of its log; the file's name goes to standard error.")
    static final class Logs implements Callable<Integer> {
        private final Session session;

        Logs(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            LocalLogs logs = LocalDaemon.standard(session.variables()).logs();
            session.console().line("the whole log: " + logs.file());
            if (session.json()) {
                session.printJson(logs.lastLines());
            } else {
                session.print(logs.lastLines());
            }
            return 0;
        }
    }
}
