/**
 * What a Kubernetes API server does, as seen over HTTP. The suite runs against the local server, or unchanged against the
 * cluster of the kubeconfig that {@code RELEVO_CONFORMANCE_KUBECONFIG} names: where the two differ, the local one is wrong.
 */
@NullMarked
package dev.relevo.local.conformance;

import org.jspecify.annotations.NullMarked;
