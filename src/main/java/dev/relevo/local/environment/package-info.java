/** The local environment as a whole: assembled in one JVM, and run as a background process of its own. */
@NullMarked
package dev.relevo.local.environment;

import org.jspecify.annotations.NullMarked;
