package dev.relevo.pipeline;

import dev.relevo.config.RelevoConfig;
import dev.relevo.report.EventSink;
import java.nio.file.Path;

/**
 * What every step works with.
 *
 * @param project the working copy's root, absolute
 * @param config the effective configuration for the chosen environment
 * @param events where progress goes
 */
public record StepContext(Path project, RelevoConfig config, EventSink events) {
    public StepContext {
        project = project.toAbsolutePath().normalize();
    }
}
