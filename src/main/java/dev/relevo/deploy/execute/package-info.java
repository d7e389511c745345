/** Carrying a plan out: writing under the lock, waiting for what is claimed, hooks, and the history. */
@NullMarked
package dev.relevo.deploy.execute;

import org.jspecify.annotations.NullMarked;
