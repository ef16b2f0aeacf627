/**
 * What a sandbox is, whoever makes it: the {@link dev.oxbow.sandbox.SandboxProvider} port and its
 * value types.
 *
 * <p>Providers implement these interfaces and see nothing of Oxbow above them; the engine uses them
 * and sees nothing of a provider below them. The conformance kit is the executable half of this
 * contract.
 */
@NullMarked
package dev.oxbow.sandbox;

import org.jspecify.annotations.NullMarked;
