package dev.relevo.cli.console;

import dev.relevo.report.EventSink;

/** Shows events while they happen, on standard error. */
public interface Console extends EventSink, AutoCloseable {
    /** Leaves the screen with lasting lines only. */
    @Override
    void close();

    /** A line that is no event. */
    void line(String text);

    /** The console that fits the streams. @param plain whether nothing may be animated */
    static Console of(Streams streams, Masker masker, boolean plain) {
        return plain
                        || streams.inCi()
                        || !streams.terminal()
                        || "dumb".equals(streams.variables().get("TERM"))
                ? new PlainConsole(streams, masker)
                : new LiveConsole(streams, masker);
    }
}
