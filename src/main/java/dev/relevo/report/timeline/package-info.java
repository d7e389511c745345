/** The events of a run as data that outlives it. */
@NullMarked
package dev.relevo.report.timeline;

import org.jspecify.annotations.NullMarked;
