package dev.oxbow.providers.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The command line that builds the walls of one sandbox: fields in, words out.
 *
 * @param tools where the programs are
 * @param staging where folders are shown that the builder could not reach
 * @param hostname name of the machine inside
 * @param root what of the host is to be seen
 * @param files host folder of the writable tree, with {@link FilesPlan#PARTS}
 * @param walls which walls to build
 */
record BubblewrapCommand(
        Tools tools,
        Staging staging,
        String hostname,
        RootFilesystem root,
        String files,
        Set<LocalWall> walls) {

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
        if (walls.contains(LocalWall.FILES)) {
            root.mounts(words, staging);
        } else {
            words.addAll(OpenRoot.mounts(walls.contains(LocalWall.PROCESSES)));
        }
        places(words);
        if (walls.contains(LocalWall.FILES)) {
            scratch(words);
        }
        words.addAll(
                List.of(
                        // Not among the files: the holder would keep open what is frozen later.
                        "--chdir", "/", "--clearenv", "--setenv", "PATH", "/usr/bin:/bin"));
        words.addAll(List.of("--", "/bin/sh", "-c", HOLDER));
        return List.copyOf(words);
    }

    private void namespaces(List<String> words) {
        if (walls.contains(LocalWall.RIGHTS)) {
            String id = Integer.toString(INNER_ID);
            // Users: capabilities count only inside.
            words.addAll(List.of("--unshare-user", "--uid", id, "--gid", id));
        }
        if (walls.contains(LocalWall.PROCESSES)) {
            // Processes: those outside have no number inside.
            words.add("--unshare-pid");
        }
        if (walls.contains(LocalWall.NETWORK)) {
            // Network: nothing but a loopback of its own, abstract sockets included.
            words.add("--unshare-net");
        }
        if (walls.contains(LocalWall.PROCESSES)) {
            words.addAll(
                    List.of(
                            // System V and POSIX message queues, shared memory.
                            "--unshare-ipc",
                            // Host name.
                            "--unshare-uts",
                            "--hostname",
                            hostname));
        }
        // Control groups are seen from their own root, where the kernel has that.
        words.add("--unshare-cgroup-try");
        if (walls.contains(LocalWall.PROCESSES)) {
            // The holder is process 1: when it ends, the kernel ends all others.
            words.add("--as-pid-1");
        }
        // No terminal of the caller to type into.
        words.add("--new-session");
        // Also no capability to get back by executing something.
        words.addAll(List.of(walls.contains(LocalWall.RIGHTS) ? "--cap-drop" : "--cap-add", "ALL"));
        if (walls.contains(LocalWall.SYSTEM_CALLS)) {
            // System calls: read from standard input.
            words.addAll(List.of("--seccomp", "0"));
        }
        // Where the holder is, written to standard output.
        words.addAll(List.of("--info-fd", "1"));
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
                        "/tmp"));
    }

    private static void scratch(List<String> words) {
        words.addAll(
                List.of(
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
                        "/"));
    }
}
