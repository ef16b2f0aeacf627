/**
 * Faults on purpose: a wrapper around any provider that plays a script of what can go wrong between
 * Oxbow and a technology for sandboxes, with a clock that the test moves.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * SandboxProvider faulty = FaultyProvider.around(mine, FaultScript.parse("create#1: hang(61s)"), time);
 * }</pre>
 */
@NullMarked
package dev.oxbow.sandbox.faults;

import org.jspecify.annotations.NullMarked;
