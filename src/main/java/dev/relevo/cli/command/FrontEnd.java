package dev.relevo.cli.command;

import dev.relevo.cli.ci.CiSystem;
import dev.relevo.cli.ci.CiSystems;
import dev.relevo.cli.console.Streams;
import dev.relevo.config.ConfigError;
import dev.relevo.config.Nearest;
import dev.relevo.report.Problem;
import java.util.Optional;

/** Who has called the program: the CI system that was asked for, or the one that is found out. */
final class FrontEnd {
    private final GlobalOptions options;
    private final Streams streams;

    FrontEnd(GlobalOptions options, Streams streams) {
        this.options = options;
        this.streams = streams;
    }

    /** The system whose language is spoken; empty for none. */
    Optional<CiSystem> system() {
        String name = isNamed() ? asked() : CiSystems.detected(streams.variables());
        return name.equals(CiSystems.NONE) ? Optional.empty() : Optional.of(CiSystems.of(name, streams.variables()));
    }

    /** Whether nothing may be animated because some CI runs the program, also one whose language nobody speaks. */
    boolean isPlain() {
        return !isNamed() && streams.inCi();
    }

    /**
     * A line of the result so that no system takes a part of it for a command. A document stays the same document.
     *
     * @param json whether it belongs to one
     */
    String result(String line, boolean json) {
        return system().map(system -> json ? line.replace("##", "#\\u0023") : system.shown(line))
                .orElse(line);
    }

    /** @throws dev.relevo.report.RelevoException when a system was asked for that nobody knows */
    void requireKnown() {
        String system = asked();
        if (!system.isEmpty() && !CiSystems.NAMES.contains(system)) {
            throw Problem.of(
                            ConfigError.USAGE,
                            (options.ci.isEmpty() ? "RELEVO_CI" : "--ci") + " is [" + system + "]; expected "
                                    + String.join(", ", CiSystems.NAMES)
                                    + Nearest.suggestion(system, CiSystems.NAMES))
                    .remedy("Leave it out to have it found out.")
                    .asException();
        }
    }

    private boolean isNamed() {
        return CiSystems.NAMES.contains(asked()) && !asked().equals(CiSystems.AUTO);
    }

    private String asked() {
        return options.ci.isEmpty() ? streams.variables().getOrDefault("RELEVO_CI", "") : options.ci;
    }
}
