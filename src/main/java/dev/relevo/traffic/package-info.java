/** Routers: how traffic is handed from one version to the other. */
@NullMarked
package dev.relevo.traffic;

import org.jspecify.annotations.NullMarked;
