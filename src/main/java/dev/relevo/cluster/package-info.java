/** The Kubernetes port: objects, reading, writing, watching; readiness; diagnosis of failures. */
@NullMarked
package dev.relevo.cluster;

import org.jspecify.annotations.NullMarked;
