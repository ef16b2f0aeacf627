package dev.oxbow.providers.local;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The walls of a local sandbox, each of which is built apart from the others. A tier is a set of
 * them; what lies between the tiers is for tests alone, which show what each wall is good for.
 */
enum LocalWall {
    /** An empty root on which only system folders of the host are shown, read-only. */
    FILES,
    /** What each command may do with which folders, by the kernel's Landlock where it has it. */
    LANDLOCK,
    /** Process numbers, shared memory and host name of its own. */
    PROCESSES,
    /** A user namespace without capabilities; as root also a user of its own. */
    RIGHTS,
    /** The filter of system calls. */
    SYSTEM_CALLS,
    /** A network namespace with a loopback of its own only. */
    NETWORK;

    /** All: the tier {@code namespace}. */
    static final Set<LocalWall> ALL = Collections.unmodifiableSet(EnumSet.allOf(LocalWall.class));
}
