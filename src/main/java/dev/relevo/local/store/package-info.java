/** The objects of the local cluster: kinds, storage with one monotone resourceVersion, watches, and admission of changes. */
@NullMarked
package dev.relevo.local.store;

import org.jspecify.annotations.NullMarked;
