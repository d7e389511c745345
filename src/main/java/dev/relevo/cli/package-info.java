/** The command line's entry point. Only this package and those below it print. */
@NullMarked
package dev.relevo.cli;

import org.jspecify.annotations.NullMarked;
