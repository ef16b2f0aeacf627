package dev.oxbow.workspace;

import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import java.util.Arrays;
import java.util.function.Predicate;

/** Names for a sandbox's version that is put beside the worktree's. */
final class Aside {
    private Aside() {}

    /** The path with a suffix that names the sandbox, numbered until it is free. */
    static TreePath name(TreePath path, SandboxId sandbox, Predicate<TreePath> taken) {
        String id = sandbox.value();
        String suffix = ".from-" + id.substring(id.length() - 6);
        TreePath candidate = suffixed(path, suffix);
        for (int n = 2; taken.test(candidate); n++) {
            candidate = suffixed(path, suffix + "-" + n);
        }
        return candidate;
    }

    private static TreePath suffixed(TreePath path, String suffix) {
        byte[] name = path.name();
        byte[] end = suffix.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        // A name has at most 255 bytes.
        int kept = Math.min(name.length, 255 - end.length);
        byte[] joined = Arrays.copyOf(name, kept + end.length);
        System.arraycopy(end, 0, joined, kept, end.length);
        return path.parent().resolve(joined);
    }
}
