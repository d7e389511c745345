/** The loopback addresses that an environment has for itself. */
@NullMarked
package dev.relevo.local.network;

import org.jspecify.annotations.NullMarked;
