package dev.oxbow.providers.local;

import java.util.ArrayList;
import java.util.List;

/**
 * The command line that builds the walls of one sandbox: fields in, words out.
 *
 * @param tools where the programs are
 * @param staging where folders are shown that the builder could not reach
 * @param hostname name of the machine inside
 * @param root what of the host is to be seen
 * @param files host folder of the writable tree, with {@link FilesPlan#PARTS}
 */
record BubblewrapCommand(
        Tools tools, Staging staging, String hostname, RootFilesystem root, String files) {

    /** User and group that everything inside runs as. */
    static final int INNER_ID = 1000;

    /** Bytes that each private memory file system inside may hold. */
    private static final String SCRATCH_BYTES = "67108864";

    /**
     * What the first process does: tells that the walls stand, lets go of our files, and then keeps
     * the namespaces. It cannot be killed from inside, being their first process; its sleeping
     * child can, and is replaced. Waiting also reaps what loses its parent.
     */
    private static final String HOLDER =
            "echo ready >&2; exec </dev/null >/dev/null 2>&1; while :; do sleep infinity & wait;"
                    + " done";

    List<String> argv() {
        List<String> words = new ArrayList<>();
        words.add(tools.path("bwrap"));
        namespaces(words);
        root.mounts(words, staging);
        places(words);
        words.addAll(List.of("--", "/bin/sh", "-c", HOLDER));
        return List.copyOf(words);
    }

    private void namespaces(List<String> words) {
        words.addAll(
                List.of(
                        // Users: capabilities count only inside.
                        "--unshare-user",
                        "--uid",
                        Integer.toString(INNER_ID),
                        "--gid",
                        Integer.toString(INNER_ID),
                        // Processes: those outside have no number inside.
                        "--unshare-pid",
                        // Network: nothing but a loopback of its own, abstract sockets included.
                        "--unshare-net",
                        // System V and POSIX message queues, shared memory.
                        "--unshare-ipc",
                        // Host name.
                        "--unshare-uts",
                        "--hostname",
                        hostname,
                        // Control groups are seen from their own root, where the kernel has that.
                        "--unshare-cgroup-try",
                        // The holder is process 1: when it ends, the kernel ends all others.
                        "--as-pid-1",
                        // No terminal of the caller to type into.
                        "--new-session",
                        // Also none to get back by executing something.
                        "--cap-drop",
                        "ALL",
                        // System calls: read from standard input.
                        "--seccomp",
                        "0",
                        // Where the holder is, written to standard output.
                        "--info-fd",
                        "1"));
    }

    private void places(List<String> words) {
        words.addAll(
                List.of(
                        "--bind",
                        staging.of(files) + "/workspace",
                        "/workspace",
                        "--dir",
                        "/home",
                        "--bind",
                        staging.of(files) + "/home",
                        "/home/agent",
                        "--bind",
                        staging.of(files) + "/tmp",
                        "/tmp",
                        "--dir",
                        "/var",
                        "--symlink",
                        "../tmp",
                        "/var/tmp",
                        "--symlink",
                        "../run",
                        "/var/run",
                        "--size",
                        SCRATCH_BYTES,
                        "--tmpfs",
                        "/run",
                        // The root itself takes no new names.
                        "--remount-ro",
                        "/",
                        "--chdir",
                        "/workspace",
                        "--clearenv",
                        "--setenv",
                        "PATH",
                        "/usr/bin:/bin"));
    }
}
