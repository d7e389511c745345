package dev.relevo.cli.console;

import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;

/** Shows events while they happen, on standard error. */
public interface Console extends EventSink, AutoCloseable {
    /** Leaves the screen with lasting lines only. */
    @Override
    void close();

    /** A line that is no event. */
    void line(String text);

    /** Tells why the command failed. */
    void failed(Problem problem);

    /** The command is over; nothing more is told. */
    default void ended() {
        close();
    }

    /**
     * The console that fits the streams.
     *
     * @param plain whether nothing may be animated
     */
    static Console of(Streams streams, Masker masker, boolean plain) {
        return plain || !streams.terminal() || "dumb".equals(streams.variables().get("TERM"))
                ? new PlainConsole(streams, masker)
                : new LiveConsole(streams, masker);
    }
}
