/** Who may do what in the cluster, and with which login its nodes pull images. */
@NullMarked
package dev.relevo.access;

import org.jspecify.annotations.NullMarked;
