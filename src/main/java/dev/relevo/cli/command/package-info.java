/** One class per command. */
@NullMarked
package dev.relevo.cli.command;

import org.jspecify.annotations.NullMarked;
