/** Tests with chance in them: short in the build, as long as wanted with {@code bench/soak}. */
@NullMarked
package dev.relevo.soak;

import org.jspecify.annotations.NullMarked;
