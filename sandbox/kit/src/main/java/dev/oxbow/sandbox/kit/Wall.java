package dev.oxbow.sandbox.kit;

import java.util.Arrays;

/** What may stand between a sandbox and the rest of the world, as the escape corpus names it. */
public enum Wall {
    /** An empty root on which only what is needed is shown, read-only where it is the host's. */
    FILES("files"),
    /** A second opinion of the kernel on paths, bound to each command. */
    LANDLOCK("landlock"),
    /** Processes, shared memory and names of the machine are the sandbox's own. */
    PROCESSES("processes"),
    /** No capability, no new privilege, a user that owns nothing else. */
    RIGHTS("rights"),
    /** Calls that break walls elsewhere are refused. */
    SYSTEM_CALLS("system calls"),
    /** No interface but a loopback of its own; what leaves does so by the egress proxy. */
    NETWORK("network"),
    /** No way to the terminal of whoever started it. */
    TERMINAL("terminal"),
    /** What starts a command hands it nothing of its own. */
    START("start"),
    /** Processes, memory and files have an end. */
    LIMITS("limits"),
    /** The host resolves every path of a sandbox beneath its folder, without following links. */
    PATHS("paths"),
    /** What comes back into a worktree is looked at first, and nothing of it is executed. */
    SYNC_OUT("sync-out"),
    /** What leaves is read by a proxy that refuses whatever can be read in two ways. */
    EGRESS("egress"),
    /** What is shown to people cannot command their terminal. */
    SCREEN("screen");

    private final String label;

    Wall(String label) {
        this.label = label;
    }

    /** The name in the corpus and its published table. */
    public String label() {
        return label;
    }

    static Wall of(String label) {
        return Arrays.stream(values())
                .filter(wall -> wall.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no wall: " + label));
    }
}
