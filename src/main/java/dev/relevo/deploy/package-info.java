/** Deploying: what the commands call, which observes, plans, locks and executes. The parts are in the packages below. */
@NullMarked
package dev.relevo.deploy;

import org.jspecify.annotations.NullMarked;
