package dev.oxbow.providers.local;

import java.util.ArrayList;
import java.util.List;

/**
 * The command line that builds the walls of one sandbox: fields in, words out.
 *
 * @param tools where the programs are
 * @param uid host user to become first; negative to stay the caller
 * @param staging folders to be made reachable for that user first
 * @param hostname name of the machine inside
 * @param root what of the host is to be seen
 * @param workspace host folder of {@code /workspace}
 * @param home host folder of {@code /home/agent}
 * @param tmp host folder of {@code /tmp}
 */
record BubblewrapCommand(
        Tools tools,
        int uid,
        Staging staging,
        String hostname,
        RootFilesystem root,
        String workspace,
        String home,
        String tmp) {

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
        // A session of its own: Ctrl-C in the caller's terminal does not reach the holder.
        words.add(tools.path("setsid"));
        staging.words(tools, words);
        if (uid >= 0) {
            words.addAll(
                    List.of(
                            tools.path("setpriv"),
                            // A user that owns nothing else on this machine.
                            "--reuid=" + uid,
                            "--regid=" + uid,
                            // Kept groups would open group-readable host files.
                            "--clear-groups",
                            // Set-user-id programs give nothing, from here on.
                            "--no-new-privs"));
        }
        // An outer user namespace that stays reachable for the one who made it: bubblewrap's own
        // can be entered from there without being root.
        words.addAll(List.of(tools.path("unshare"), "--user", "--map-root-user", "--"));
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
                        staging.of(workspace),
                        "/workspace",
                        "--dir",
                        "/home",
                        "--bind",
                        staging.of(home),
                        "/home/agent",
                        "--bind",
                        staging.of(tmp),
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
