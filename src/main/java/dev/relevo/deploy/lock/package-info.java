/** Who may write: the Lease as lock, the line of those who wait for it, and what others ask of its holder. */
@NullMarked
package dev.relevo.deploy.lock;

import org.jspecify.annotations.NullMarked;
