package dev.relevo.cli.command;

import dev.relevo.cli.console.Streams;
import dev.relevo.config.ConfigError;
import dev.relevo.config.Nearest;
import dev.relevo.report.ExitCode;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Runs one command line from its words to the exit status. */
public final class CommandRun {
    private final Session session;
    private final Streams streams;

    public CommandRun(Streams streams) {
        this(streams, new StopPolicy());
    }

    /** @param policy what the command wants to become of it when it is stopped */
    public CommandRun(Streams streams, StopPolicy policy) {
        this.session = new Session(streams, policy);
        this.streams = streams;
    }

    /** The process's exit status; a problem was told when it is not 0. */
    public int execute(String... words) {
        HeadStart.of(session, words);
        CommandLine line = new CommandLine(new RelevoCommand(session), new Factory(session));
        Handlers handlers = new Handlers();
        // Before the settings, which reach the commands that are there.
        Commands.addTo(line, session, words);
        line.setCaseInsensitiveEnumValuesAllowed(true)
                .setAllowSubcommandsAsOptionParameters(true)
                .setExpandAtFiles(false)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(Math.max(80, Math.min(120, streams.columns())))
                .setColorScheme(CommandLine.Help.defaultColorScheme(streams.colours() ? Ansi.ON : Ansi.OFF))
                .setOut(new java.io.PrintWriter(streams.out(), true))
                .setErr(new java.io.PrintWriter(streams.err(), true))
                .setParameterExceptionHandler(handlers)
                .setExecutionExceptionHandler(handlers)
                .setExecutionStrategy(handlers);
        try (session) {
            int status = executed(line, words);
            session.ended(status);
            return status;
        }
    }

    /**
     * What the parser hands over to. A class and no lambdas, since the virtual machine's archive of classes leaves out what is as
     * old as the parser's where lambdas make use of it, and everything that hangs on that.
     */
    private final class Handlers
            implements CommandLine.IExecutionStrategy,
                    CommandLine.IParameterExceptionHandler,
                    CommandLine.IExecutionExceptionHandler {
        @Override
        public int execute(CommandLine.ParseResult result) {
            try {
                session.frontEnd().requireKnown();
            } catch (RelevoException e) {
                return failed(e);
            }
            if (result.hasSubcommand() && !result.subcommand().isUsageHelpRequested()) {
                session.began(result.subcommand().commandSpec().name());
            }
            return new CommandLine.RunLast().execute(result);
        }

        @Override
        public int handleParseException(CommandLine.ParameterException e, String[] words) {
            return usage(e);
        }

        @Override
        public int handleExecutionException(Exception e, CommandLine command, CommandLine.ParseResult result) {
            return failed(e);
        }
    }

    private int executed(CommandLine line, String... words) {
        try {
            return line.execute(ArgumentsVariable.addTo(line, words, streams.variables()));
        } catch (RelevoException e) {
            return failed(e);
        }
    }

    private int usage(CommandLine.ParameterException e) {
        CommandLine command = e.getCommandLine();
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            List<String> known = new ArrayList<>(
                    command.getParent() == null
                            ? Commands.NAMES
                            : command.getSubcommands().keySet());
            command.getCommandSpec().optionsMap().keySet().forEach(known::add);
            String what = word.startsWith("-") ? "There is no option [" : "There is no command [";
            return failed(Problem.of(ConfigError.USAGE, what + word + "]" + Nearest.suggestion(word, known))
                    .remedy("Run `" + command.getCommandSpec().qualifiedName() + " --help`.")
                    .asException());
        }
        String message = String.valueOf(e.getMessage());
        return failed(Problem.of(ConfigError.USAGE, message.isBlank() ? "The command line is wrong" : message)
                .remedy("Run `" + command.getCommandSpec().qualifiedName() + " --help`.")
                .asException());
    }

    private int failed(Exception e) {
        Problem problem =
                session.told(e instanceof RelevoException known ? known.problem() : Unexpected.problem(e, session));
        session.failed(problem);
        session.console().close();
        session.console().failed(problem);
        ExitCode exit = problem.code().exit();
        if (session.json() && !session.isAnswered()) {
            session.printJson(document(problem, exit));
        }
        return exit.number();
    }

    private static Map<String, Object> document(Problem problem, ExitCode exit) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("outcome", exit == ExitCode.ROLLED_BACK ? "rolled-back" : "failed");
        document.put("code", problem.code().id());
        document.put("summary", problem.summary());
        document.put("details", problem.details());
        document.put("remedy", problem.remedy().orElse(""));
        document.put("exitCode", exit.number());
        return document;
    }
}
