/** Events, problems and exit codes: what a run tells the outside. A leaf that every package may use. */
@NullMarked
package dev.relevo.report;

import org.jspecify.annotations.NullMarked;
