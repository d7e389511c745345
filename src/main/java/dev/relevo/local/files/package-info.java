/** What the parts of the environment do to files and folders. */
@NullMarked
package dev.relevo.local.files;

import org.jspecify.annotations.NullMarked;
