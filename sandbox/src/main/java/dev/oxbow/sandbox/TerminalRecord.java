package dev.oxbow.sandbox;

import dev.oxbow.base.ProcessId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A terminal as it stands at one moment; serialisable, holds no secret.
 *
 * @param id its id
 * @param argv its command
 * @param openedAt when it was opened
 * @param size its size
 * @param sizeOwner who may change that; empty if nobody has taken it yet
 * @param earliest offset of the first byte that is kept of what it showed
 * @param end offset behind the last byte it showed
 * @param exit how its command ended; empty while it runs
 */
public record TerminalRecord(
        ProcessId id,
        List<String> argv,
        Instant openedAt,
        TerminalSize size,
        Optional<Viewer> sizeOwner,
        long earliest,
        long end,
        Optional<ProcessExit> exit) {
    /** Copies the list. */
    public TerminalRecord {
        argv = List.copyOf(argv);
    }
}
