package dev.relevo.cli.command;

import dev.relevo.local.environment.LocalDaemon;
import dev.relevo.local.environment.LocalLogs;
import dev.relevo.local.environment.LocalStatus;
import dev.relevo.local.environment.RunningEnvironment;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** The environment on this machine. */
@Command(
        name = "local",
        synopsisSubcommandLabel = "COMMAND",
        description = "The registry and the cluster on this machine, for trying things out.")
final class LocalCommand {
    private final Session session;

    LocalCommand(Session session) {
        this.session = session;
    }

    @Command(name = "up", description = "Starts it when it does not run, and prints where it is.")
    int up() {
        LocalDaemon daemon = daemon();
        if (daemon.status().running().isEmpty()) {
            RunningEnvironment unused =
                    LocalTarget.task(session.events(), "local", "Start the local environment", daemon::up);
        }
        return printed(daemon.status());
    }

    @Command(name = "down", description = "Stops it and everything that runs in it; what it keeps stays.")
    int down() {
        LocalDaemon daemon = daemon();
        LocalStatus unused = LocalTarget.task(session.events(), "local", "Stop the local environment", daemon::down);
        return printed(daemon.status());
    }

    @Command(name = "status", description = "Says whether it runs, and where.")
    int status() {
        return printed(daemon().status());
    }

    @Command(name = "reset", description = "Stops it and removes everything that it keeps: images, objects, databases.")
    int reset() {
        LocalDaemon daemon = daemon();
        LocalStatus unused = LocalTarget.task(session.events(), "local", "Remove the local environment", daemon::reset);
        return printed(daemon.status());
    }

    @Command(name = "logs", description = "Prints the end of its log; the file's name goes to standard error.")
    int logs() {
        LocalLogs logs = daemon().logs();
        session.console().line("the whole log: " + logs.file());
        if (session.json()) {
            session.printJson(logs.lastLines());
        } else {
            session.print(logs.lastLines());
        }
        return 0;
    }

    private LocalDaemon daemon() {
        return LocalDaemon.standard(session.variables());
    }

    private int printed(LocalStatus status) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("state", status.state().name().toLowerCase(Locale.ROOT));
        lines.put("directory", status.directory().toString());
        status.running().ifPresent(running -> addRunning(lines, running));
        if (session.json()) {
            session.printJson(lines);
        } else {
            lines.forEach((name, value) -> session.print(String.format(Locale.ROOT, "%-10s %s", name, value)));
        }
        return 0;
    }

    private static void addRunning(Map<String, String> lines, RunningEnvironment running) {
        lines.put("process", Long.toString(running.pid()));
        lines.put("since", running.startedAt().toString());
        lines.put("version", running.version());
        lines.put("cluster", running.apiUrl());
        lines.put("registry", running.registry());
        lines.put("kubeconfig", running.kubeconfig().toString());
    }
}
