/** A real Jenkins with the configuration of the image, its agent and everything that a build needs, on this machine. */
@org.jspecify.annotations.NullMarked
package dev.relevo.platform.running;
