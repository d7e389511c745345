/** Registries: credentials and push. */
@NullMarked
package dev.relevo.registry;

import org.jspecify.annotations.NullMarked;
