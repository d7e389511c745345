/** Kubernetes manifests: reading, generating, injecting image and configuration, the configuration hash. */
@NullMarked
package dev.relevo.manifest;

import org.jspecify.annotations.NullMarked;
