/**
 * The executable half of the provider contract: JUnit suites that any provider, also a foreign one,
 * runs against itself.
 *
 * <p>A provider's tests subclass {@link dev.oxbow.sandbox.kit.SandboxProviderContract} and hand
 * over a {@link dev.oxbow.sandbox.kit.ProviderUnderTest}. Everything is expected of it except what
 * its {@link dev.oxbow.sandbox.SandboxProvider#capabilities} leave out; for each lack the suites
 * expect a clean refusal instead. After every test the machine must be as it was before.
 */
@NullMarked
package dev.oxbow.sandbox.kit;

import org.jspecify.annotations.NullMarked;
