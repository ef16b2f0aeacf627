package dev.oxbow.sandbox;

import java.util.Locale;

/** Where a sandbox stands in its life. */
public enum SandboxState {
    /** Being made; takes no command. */
    CREATING,
    /** Being started on kept files; takes no command. */
    STARTING,
    /** Takes commands; none runs. */
    READY,
    /** Takes commands; at least one process runs. */
    BUSY,
    /** Ending its processes. */
    STOPPING,
    /** No process, files kept. */
    STOPPED,
    /** Frozen with its memory. */
    PAUSED,
    /** In cold storage. */
    ARCHIVED,
    /** Contact lost, truth unknown: never destroyed or replaced by itself. */
    DEGRADED,
    /** Confirmed broken. */
    FAILED,
    /** Being removed. */
    DESTROYING,
    /** Gone. */
    DESTROYED;

    /** The name in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether commands are accepted. */
    public boolean acceptsCommands() {
        return this == READY || this == BUSY;
    }
}
