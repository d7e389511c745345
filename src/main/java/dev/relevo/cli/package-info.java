/** The command line: one class per command, the console and JSON output, exit codes. The only place that prints. */
@NullMarked
package dev.relevo.cli;

import org.jspecify.annotations.NullMarked;
