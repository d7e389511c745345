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
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One call of the program: its options, what it works on, and where it prints. */
public final class Session implements AutoCloseable {
    private final Streams streams;
    private final StopPolicy policy;
    private final Masker masker;
    private final GlobalOptions options = new GlobalOptions();
    private final FrontEnd frontEnd;
    private Optional<Console> console = Optional.empty();
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

    /** The effective configuration. @param more values from the command's own options */
    LoadedConfig load(FlagValue... more) {
        return load(project(), environment(), more);
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
        LoadedConfig loaded = new ConfigLoader().load(project, environment, streams.variables(), flags);
        SchemaFile.keep(project);
        loaded.warnings().forEach(warning -> events().emit(new Event.Warning(warning, "")));
        return loaded;
    }

    /** Where progress goes. */
    synchronized EventSink events() {
        return console();
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
        console.ifPresent(Console::ended);
        console = Optional.empty();
        streams.out().flush();
        streams.err().flush();
    }
}
