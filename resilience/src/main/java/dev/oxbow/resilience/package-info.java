/**
 * Patience with a provider that is reached over a network: one deadline per call, repetition by
 * what a call allows, a circuit that opens when a provider is down, streams that go on from their
 * cursor.
 */
@NullMarked
package dev.oxbow.resilience;

import org.jspecify.annotations.NullMarked;
