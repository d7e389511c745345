/** From what was observed to the operations that lead to the release: pure functions, one for each strategy. */
@NullMarked
package dev.relevo.deploy.strategy;

import org.jspecify.annotations.NullMarked;
