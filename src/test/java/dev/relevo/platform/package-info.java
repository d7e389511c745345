/** The files that make up the platform: images, plugins, configuration, compose file and scripts, and those of {@code k8s/}. */
@NullMarked
package dev.relevo.platform;

import org.jspecify.annotations.NullMarked;
