/** What a release is, what marks its objects, and how its record is written and read. */
@NullMarked
package dev.relevo.deploy.release;

import org.jspecify.annotations.NullMarked;
