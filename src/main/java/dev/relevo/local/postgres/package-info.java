/** The PostgreSQL add-on of the local environment: a real server, its databases, and the objects that lead to them. */
@NullMarked
package dev.relevo.local.postgres;

import org.jspecify.annotations.NullMarked;
