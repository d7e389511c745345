/** The embedded image registry: the OCI distribution protocol on loopback over a store on disk. */
@NullMarked
package dev.relevo.local.registry;

import org.jspecify.annotations.NullMarked;
