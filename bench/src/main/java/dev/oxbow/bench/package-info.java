/**
 * Measures Oxbow beside the bare mechanism it stands on, in one run, so that each figure has its
 * ratio and a drifting machine harms both sides alike.
 *
 * <p>Nothing here asserts a time; {@code bench/run} prints a table and keeps every sample.
 */
@NullMarked
package dev.oxbow.bench;

import org.jspecify.annotations.NullMarked;
