/** What is in the working copy: build tool, git revision, test reports. */
@NullMarked
package dev.relevo.project;

import org.jspecify.annotations.NullMarked;
