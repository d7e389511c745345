/** Image references and digests; building images with Jib or from a Dockerfile. */
@NullMarked
package dev.relevo.image;

import org.jspecify.annotations.NullMarked;
