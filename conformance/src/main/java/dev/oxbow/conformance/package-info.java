/**
 * Runs the conformance kit against one provider and reports what it found. A process of its own:
 * {@code ox providers test} starts it with the libraries that tests need, which {@code ox} itself
 * never loads.
 */
@NullMarked
package dev.oxbow.conformance;

import org.jspecify.annotations.NullMarked;
