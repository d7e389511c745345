package dev.relevo.cli.command;

import dev.relevo.cli.ci.CiSystem;
import dev.relevo.cli.ci.CodePlaces;
import dev.relevo.cli.console.CiConsole;
import dev.relevo.cli.console.Console;
import dev.relevo.cli.console.Masker;
import dev.relevo.cli.console.Streams;
import dev.relevo.config.ConfigError;
import dev.relevo.config.ConfigLoader;
import dev.relevo.config.FlagValue;
import dev.relevo.config.LoadedConfig;
import dev.relevo.config.LoadedGroup;
import dev.relevo.config.RelevoConfig;
import dev.relevo.pipeline.MemberEvents;
import dev.relevo.pipeline.StepContext;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.telemetry.RunTelemetry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** One call of the program: its options, what it works on, and where it prints. */
public final class Session implements AutoCloseable {
    /** Commands whose runs others may want to see. */
    private static final Set<String> DELIVERIES =
            Set.of("run", "test", "build", "push", "configmap", "deploy", "rollback", "abort");

    private final Streams streams;
    private final StopPolicy policy;
    private final Masker masker;
    private final GlobalOptions options = new GlobalOptions();
    private final FrontEnd frontEnd;
    private Optional<Console> console = Optional.empty();
    private Optional<RunTelemetry> telemetry = Optional.empty();
    private final FutureTask<ConfigLoader> loader = new FutureTask<>(ConfigLoader::new);
    private Optional<RunRecording> recording = Optional.empty();
    private Optional<String> target = Optional.empty();
    private boolean answered;

    /** @param policy what a stop from outside means for the command */
    public Session(Streams streams, StopPolicy policy) {
        this.policy = policy;
        this.streams = streams;
        this.masker = Masker.of(streams.variables());
        this.frontEnd = new FrontEnd(options, streams);
    }

    GlobalOptions options() {
        return options;
    }

    Streams streams() {
        return streams;
    }

    StopPolicy policy() {
        return policy;
    }

    Map<String, String> variables() {
        return streams.variables();
    }

    /** The project's folder, absolute. */
    Path project() {
        Path folder =
                options.directory == null ? streams.folder() : streams.folder().resolve(options.directory);
        if (!Files.isDirectory(folder)) {
            throw Problem.of(ConfigError.USAGE, "There is no folder [" + options.directory + "]")
                    .remedy("Name the project's folder with -C.")
                    .asException();
        }
        return folder.toAbsolutePath().normalize();
    }

    /**
     * The effective configuration.
     *
     * @param more values from the command's own options
     */
    LoadedConfig load(FlagValue... more) {
        LoadedConfig loaded = load(project(), environment(), more);
        target = Optional.of(loaded.config().environment().name());
        return loaded;
    }

    /** The environment that the call names. */
    Optional<String> environment() {
        return Optional.ofNullable(options.environment);
    }

    /** The effective configuration of another project than the call's. */
    LoadedConfig load(Path project, Optional<String> environment, FlagValue... more) {
        List<FlagValue> flags = new ArrayList<>(List.of(more));
        if (options.namespace != null) {
            flags.add(new FlagValue("namespace", options.namespace, "--namespace"));
        }
        for (String setting : options.set) {
            int equals = setting.indexOf('=');
            if (equals <= 0) {
                throw Problem.of(ConfigError.USAGE, "--set is [" + setting + "]; expected KEY=VALUE")
                        .remedy("Write for example --set deploy.timeout=2m.")
                        .asException();
            }
            flags.add(new FlagValue(setting.substring(0, equals), setting.substring(equals + 1), "--set " + setting));
        }
        LoadedConfig loaded = configuration().load(project, environment, streams.variables(), flags);
        SchemaFile.keep(project);
        recording.ifPresent(kept -> kept.target(loaded.config()));
        loaded.warnings().forEach(warning -> events().emit(new Event.Warning(warning, "")));
        return loaded;
    }

    /** Reads what every configuration is made of, beside the thread that will want it. */
    void readDefaults() {
        loader.run();
    }

    private ConfigLoader configuration() {
        // Does nothing where it runs or has run.
        loader.run();
        try {
            return loader.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The engine's own configuration files cannot be read", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Stopped while reading the configuration", e);
        }
    }

    /** Where progress goes. */
    EventSink events() {
        return shownBeside(kept(), Optional.empty());
    }

    /** Where progress of a member of a group goes. */
    EventSink events(String member) {
        return shownBeside(new MemberEvents(member, kept()), Optional.of(member));
    }

    /** What is shown, and kept for the page of the run where one is made. */
    private EventSink kept() {
        Console shown = console();
        return recording
                .<EventSink>map(kept -> event -> {
                    kept.emit(event);
                    shown.emit(event);
                })
                .orElse(shown);
    }

    private EventSink shownBeside(EventSink console, Optional<String> member) {
        if (telemetry.isEmpty()) {
            return console;
        }
        EventSink others = telemetry.get().events(member);
        return event -> {
            console.emit(event);
            others.emit(event);
        };
    }

    /** What a step of the call's project works with. */
    StepContext context(Path project, RelevoConfig config) {
        return context(Optional.empty(), project, config, events());
    }

    /** What a step of a member of a group works with. */
    StepContext context(String member, Path project, RelevoConfig config) {
        return context(Optional.of(member), project, config, events(member));
    }

    private StepContext context(Optional<String> member, Path project, RelevoConfig config, EventSink events) {
        telemetry.ifPresent(shown -> shown.delivers(member, project, config));
        return new StepContext(
                project,
                config,
                events,
                () -> telemetry.map(shown -> shown.trace(member)).orElse(Map.of()));
    }

    /** The command begins. */
    void began(String command) {
        if (DELIVERIES.contains(command)) {
            telemetry = Optional.of(RunTelemetry.begin(
                    command,
                    Version.number(),
                    variables(),
                    this::masked,
                    event -> console().emit(event)));
        }
    }

    /** The problem with what only the command line knows about it: the environment, and how the program was called. */
    Problem told(Problem problem) {
        return streams.called()
                .in(target.map(name -> LeastRoleHint.in(problem, name)).orElse(problem));
    }

    /** The command fails. */
    void failed(Problem problem) {
        recording.ifPresent(kept -> kept.failed(problem));
        telemetry.ifPresent(shown -> shown.failed(problem));
    }

    /** The command is over: everybody is told who wants to see it. */
    void ended(int status) {
        telemetry.ifPresent(shown -> shown.end(status, event -> console().emit(event)));
    }

    /**
     * From now on what happens is kept for the page of the run.
     *
     * @param command what is run, e.g. {@code deploy}
     */
    synchronized void record(String command) {
        record(RunRecording.of(project(), command, masker::mask));
    }

    /** The same for a group. */
    synchronized void record(String command, LoadedGroup group) {
        record(RunRecording.of(group, command, masker::mask));
    }

    private void record(RunRecording begun) {
        begun.begin();
        recording = Optional.of(begun);
    }

    /** Everything that belongs on the page has happened; it is made now, if that was not done before. */
    synchronized void endRecording() {
        if (recording.isEmpty()) {
            return;
        }
        RunRecording kept = recording.get();
        recording = Optional.empty();
        try {
            kept.end().ifPresent(page -> console().line("report: " + page));
        } catch (RuntimeException e) {
            // The command has done what it was asked for; only the page about it is missing.
            console().emit(new Event.Warning("The page of this run could not be made: " + e.getMessage(), ""));
        }
    }

    synchronized Console console() {
        if (console.isEmpty()) {
            console = Optional.of(makeConsole());
        }
        return console.get();
    }

    private Console makeConsole() {
        Optional<CiSystem> system = frontEnd.system();
        if (system.isEmpty()) {
            return Console.of(streams, masker, options.json || frontEnd.isPlain());
        }
        Path folder =
                options.directory == null ? streams.folder() : streams.folder().resolve(options.directory);
        return new CiConsole(streams, masker, system.get(), new CodePlaces(folder));
    }

    FrontEnd frontEnd() {
        return frontEnd;
    }

    /** Prints a line of the result. */
    void print(String line) {
        streams.out().println(frontEnd.result(masker.mask(line), json()));
    }

    void print(List<String> lines) {
        lines.forEach(this::print);
    }

    /** Prints a result: the document when JSON is asked for, else the line. */
    void answer(Object document, String line) {
        if (json()) {
            printJson(document);
        } else {
            print(line);
        }
    }

    /** Prints a document of the result. */
    void printJson(Object document) {
        print(Json.write(document));
    }

    /** Prints the document that a failed command answers with, instead of the usual one of its problem. */
    void answered(String document) {
        print(document);
        answered = true;
    }

    /** Whether a failed command has printed its answer already. */
    boolean isAnswered() {
        return answered;
    }

    /** The text without secrets, for files. */
    String masked(String text) {
        return masker.mask(text);
    }

    boolean json() {
        return options.json;
    }

    @Override
    public synchronized void close() {
        endRecording();
        console.ifPresent(Console::ended);
        console = Optional.empty();
        streams.out().flush();
        streams.err().flush();
    }
}
