package dev.relevo.report;

/** Where events go. Implementations are safe to call from several threads. */
@FunctionalInterface
public interface EventSink {
    void emit(Event event);

    /** A sink that drops everything, for callers nobody watches. */
    static EventSink none() {
        return event -> {};
    }
}
