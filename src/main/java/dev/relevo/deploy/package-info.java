/** Deploying: strategies as pure plans, the executor, releases and their history, the lock, rollback. */
@NullMarked
package dev.relevo.deploy;

import org.jspecify.annotations.NullMarked;
