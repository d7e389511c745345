package dev.relevo.pipeline;

import dev.relevo.config.RelevoConfig;
import dev.relevo.report.EventSink;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What every step works with.
 *
 * @param project the working copy's root, absolute
 * @param config the effective configuration for the chosen environment
 * @param events where progress goes
 * @param trace variables that name the trace to the programs that are started just then; none where there is no trace
 */
public record StepContext(Path project, RelevoConfig config, EventSink events, Supplier<Map<String, String>> trace) {
    public StepContext {
        project = project.toAbsolutePath().normalize();
    }

    /** Outside of a trace. */
    public StepContext(Path project, RelevoConfig config, EventSink events) {
        this(project, config, events, Map::of);
    }

    /** The same, with another place for progress. */
    public StepContext withEvents(EventSink others) {
        return new StepContext(project, config, others, trace);
    }

    /** The same with another configuration. */
    public StepContext withConfig(RelevoConfig other) {
        return new StepContext(project, other, events, trace);
    }
}
