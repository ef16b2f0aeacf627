/**
 * A provider without a technology under it, for tests of everything that stands on the port.
 *
 * <p>A {@link dev.oxbow.providers.fake.FakeWorld} is the machine: it keeps sandboxes, files and
 * processes. Any number of {@link dev.oxbow.providers.fake.FakeProvider} objects look at the same
 * world, as several {@code ox} processes look at one machine. A world in memory runs small programs
 * written in Java; a world on a directory runs the programs of the host, without any walls.
 */
@NullMarked
package dev.oxbow.providers.fake;

import org.jspecify.annotations.NullMarked;
