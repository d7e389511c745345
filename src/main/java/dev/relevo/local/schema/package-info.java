/** What the kinds of Kubernetes mean to the API server: defaults, validation, what is assigned and what is immutable. */
@NullMarked
package dev.relevo.local.schema;

import org.jspecify.annotations.NullMarked;
