/** Amazon's Elastic Container Registry. The only package that uses Amazon's libraries. */
@NullMarked
package dev.relevo.registry.ecr;

import org.jspecify.annotations.NullMarked;
