/** What is decided before anything is written: what was observed, the settings, and the operations in order. */
@NullMarked
package dev.relevo.deploy.plan;

import org.jspecify.annotations.NullMarked;
