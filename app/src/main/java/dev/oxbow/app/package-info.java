/** Puts the parts of Oxbow together, once, by hand. */
@NullMarked
package dev.oxbow.app;

import org.jspecify.annotations.NullMarked;
