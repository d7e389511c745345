/** The monitoring stack of {@code k8s/monitoring}: its manifests, and the programs that they configure, run with these very files. */
@NullMarked
package dev.relevo.monitoring;

import org.jspecify.annotations.NullMarked;
