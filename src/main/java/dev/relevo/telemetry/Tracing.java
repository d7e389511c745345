package dev.relevo.telemetry;

import dev.relevo.report.Event;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run as a trace with figures, while it goes on. Members of a group are named; a run of one app names none. */
interface Tracing {
    /** A run that nobody traces. */
    Tracing NONE = new Tracing() {
        @Override
        public void target(String member, Delivery.Target target) {}

        @Override
        public void emit(String member, Event event) {}

        @Override
        public Map<String, String> variables(String member) {
            return Map.of();
        }

        @Override
        public void figures(Delivery.Target target, String command, List<Figure> figures) {}

        @Override
        public Optional<String> end(RunEnd run, String outcome) {
            return Optional.empty();
        }
    };

    /** It is known where it goes. */
    void target(String member, Delivery.Target target);

    /** Something happened. */
    void emit(String member, Event event);

    /** What names the innermost span of the calling thread to a program that it starts. */
    Map<String, String> variables(String member);

    /** What was measured. */
    void figures(Delivery.Target target, String command, List<Figure> figures);

    /**
     * Ends everything and sends what is left, within a few seconds.
     *
     * @return why not everything arrived
     */
    Optional<String> end(RunEnd run, String outcome);
}
