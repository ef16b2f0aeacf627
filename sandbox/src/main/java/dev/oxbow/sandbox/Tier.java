package dev.oxbow.sandbox;

/** How strong the walls of a sandbox are. "At least" compares ranks. */
public enum Tier {
    /** No walls: a directory and a process group. */
    PROCESS(0),
    /** Linux namespaces, seccomp, no capabilities. */
    NAMESPACE(1),
    /** An OCI container. */
    CONTAINER(1),
    /** A user-space kernel. */
    GVISOR(2),
    /** A virtual machine. */
    MICROVM(3);

    private final int rank;

    Tier(int rank) {
        this.rank = rank;
    }

    /** Strength; equal ranks satisfy each other. */
    public int rank() {
        return rank;
    }

    /** The name in flags and JSON. */
    public String wire() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
