/**
 * The service proxy: it listens on the addresses of Services and Gateways, follows HTTPRoutes and spreads requests over the
 * endpoints that are ready, so that no request is lost while endpoints come and go.
 */
@NullMarked
package dev.relevo.local.proxy;

import org.jspecify.annotations.NullMarked;
