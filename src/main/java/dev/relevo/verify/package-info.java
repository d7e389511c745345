/** Checks that gate a rollout: smoke requests and metrics. */
@NullMarked
package dev.relevo.verify;

import org.jspecify.annotations.NullMarked;
