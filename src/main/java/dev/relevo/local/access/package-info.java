/** Who makes a request and whether he may: service account tokens and role based access control. */
@NullMarked
package dev.relevo.local.access;

import org.jspecify.annotations.NullMarked;
