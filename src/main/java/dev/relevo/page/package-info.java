/** The page that tells what happened in a run to somebody who was not there: data in, HTML out. */
@NullMarked
package dev.relevo.page;

import org.jspecify.annotations.NullMarked;
