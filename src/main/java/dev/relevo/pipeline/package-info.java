/** The five steps, what they hand to each other, and the run of all five. */
@NullMarked
package dev.relevo.pipeline;

import org.jspecify.annotations.NullMarked;
