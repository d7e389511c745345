/** The HTTP interface of Kubernetes over an object store: discovery, verbs, watches, subresources, tables. */
@NullMarked
package dev.relevo.local.api;

import org.jspecify.annotations.NullMarked;
