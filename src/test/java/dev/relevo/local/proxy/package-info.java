/** The proxy as clients meet it: real sockets on both sides. */
@NullMarked
package dev.relevo.local.proxy;

import org.jspecify.annotations.NullMarked;
