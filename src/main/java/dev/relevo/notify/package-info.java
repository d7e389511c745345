/** Telling others what became of a deploy. */
@NullMarked
package dev.relevo.notify;

import org.jspecify.annotations.NullMarked;
