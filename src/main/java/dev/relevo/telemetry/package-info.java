/**
 * How a run shows itself to others while it goes on and when it has ended: as a trace, as figures, and as a mark in dashboards.
 * Only {@link dev.relevo.telemetry.OtlpTracing} and the exporters beside it know OpenTelemetry, and they are loaded only where the
 * environment names a collector.
 */
@NullMarked
package dev.relevo.telemetry;

import org.jspecify.annotations.NullMarked;
