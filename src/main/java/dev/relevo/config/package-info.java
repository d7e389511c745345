/** relevo.yaml as validated, immutable records: reading, layering, schema. */
@NullMarked
package dev.relevo.config;

import org.jspecify.annotations.NullMarked;
