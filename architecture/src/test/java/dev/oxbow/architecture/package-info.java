/** Holds the code to the plan of the house. */
@NullMarked
package dev.oxbow.architecture;

import org.jspecify.annotations.NullMarked;
