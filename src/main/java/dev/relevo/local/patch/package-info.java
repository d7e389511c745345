/** The ways to change an object in part: JSON, merge, strategic merge and apply patches, and who owns which field. */
@NullMarked
package dev.relevo.local.patch;

import org.jspecify.annotations.NullMarked;
