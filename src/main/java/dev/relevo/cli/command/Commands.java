package dev.relevo.cli.command;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * The program's commands. To read what a command takes costs as much as a short command does itself, so that a call adds only
 * those that its words may mean.
 */
final class Commands {
    /** In the order in which the help shows them. */
    static final List<String> NAMES = List.of(
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
            "report",
            "promote",
            "pause",
            "resume",
            "abort",
            "rbac",
            "kubeconfig",
            "registry",
            "local",
            "config",
            "init",
            "doctor",
            "completion",
            "watchdog");

    private Commands() {}

    /** Adds every command that is among the words; all of them where none is, or where the answer may speak of all. */
    static void addTo(CommandLine program, Session session, String... words) {
        for (String name : meant(Arrays.asList(words))) {
            program.addSubcommand(name, make(name, session));
        }
    }

    private static List<String> meant(List<String> words) {
        List<String> named = NAMES.stream().filter(words::contains).toList();
        boolean programsHelp =
                !words.isEmpty() && !NAMES.contains(words.get(0)) && (words.contains("--help") || words.contains("-h"));
        return named.isEmpty() || programsHelp || named.contains("completion") ? NAMES : named;
    }

    private static Object make(String name, Session session) {
        return switch (name) {
            case "run" -> new RunCommand(session);
            case "test" -> new TestCommand(session);
            case "build" -> new BuildCommand(session);
            case "push" -> new PushCommand(session);
            case "configmap" -> new ConfigMapCommand(session);
            case "deploy" -> new DeployCommand(session);
            case "plan" -> new PlanCommand(session);
            case "status" -> new StatusCommand(session);
            case "history" -> new HistoryCommand(session);
            case "rollback" -> new RollbackCommand(session);
            case "report" -> new ReportCommand(session);
            case "promote" -> new PromoteCommand(session);
            case "pause" -> new PauseCommand(session);
            case "resume" -> new ResumeCommand(session);
            case "abort" -> new AbortCommand(session);
            case "rbac" -> new RbacCommand(session);
            case "kubeconfig" -> new KubeconfigCommand(session);
            case "registry" -> new RegistryCommand();
            case "local" -> new LocalCommand(session);
            case "config" -> new ConfigCommand();
            case "init" -> new InitCommand(session);
            case "doctor" -> new DoctorCommand(session);
            case "completion" -> new CompletionCommand(session);
            case "watchdog" -> new WatchdogCommand(session);
            default -> throw new IllegalArgumentException("command [" + name + "]");
        };
    }
}
