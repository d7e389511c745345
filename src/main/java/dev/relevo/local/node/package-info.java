/**
 * The node of the local environment: images unpacked once, pods run as supervised local processes, probes, volumes,
 * logs, and the pod status that a kubelet would write.
 */
@NullMarked
package dev.relevo.local.node;

import org.jspecify.annotations.NullMarked;
