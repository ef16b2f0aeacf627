package dev.oxbow.sandbox;

import dev.oxbow.base.ByteSize;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What all processes of a sandbox together may use at most. Empty means no limit of ours.
 *
 * @param memory resident memory
 * @param cpus processors' worth of time, such as 1.5
 * @param processes processes and threads at a time
 * @param disk bytes in the sandbox's own files
 */
public record Limits(
        Optional<ByteSize> memory,
        OptionalDouble cpus,
        OptionalInt processes,
        Optional<ByteSize> disk) {

    /** Room for the largest of the agents and a build beside it. */
    public static final Limits DEFAULT =
            new Limits(
                    Optional.of(ByteSize.gibibytes(4)),
                    OptionalDouble.empty(),
                    OptionalInt.of(4096),
                    Optional.of(ByteSize.gibibytes(20)));

    /** Nothing limited. */
    public static final Limits NONE =
            new Limits(
                    Optional.empty(),
                    OptionalDouble.empty(),
                    OptionalInt.empty(),
                    Optional.empty());
}
