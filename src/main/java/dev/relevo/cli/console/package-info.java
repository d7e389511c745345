/** How events, results and problems look: live on a terminal, plain lines elsewhere, JSON on request. */
@NullMarked
package dev.relevo.cli.console;

import org.jspecify.annotations.NullMarked;
