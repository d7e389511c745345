@NullMarked
package dev.relevo.local.store;

import org.jspecify.annotations.NullMarked;
