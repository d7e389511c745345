@NullMarked
package dev.relevo.local.api;

import org.jspecify.annotations.NullMarked;
