@NullMarked
package dev.relevo.local.network;

import org.jspecify.annotations.NullMarked;
