/** The Jenkins steps, run through the transformer that Jenkins itself compiles pipelines with. */
@NullMarked
package dev.relevo.jenkins;

import org.jspecify.annotations.NullMarked;
