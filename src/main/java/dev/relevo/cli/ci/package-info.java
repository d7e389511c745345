/** What CI systems understand in a log, and where they want results. */
@NullMarked
package dev.relevo.cli.ci;

import org.jspecify.annotations.NullMarked;
