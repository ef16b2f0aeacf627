package dev.oxbow.workspace;

import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Manifests for tests of the stores that keep them. */
public final class SampleManifests {
    private SampleManifests() {}

    /** The manifest of a sandbox that was never given anything. */
    public static Manifest of(SandboxId sandbox, String worktree) {
        return Manifest.empty(sandbox, worktree);
    }

    /** The manifest of a sandbox that was given so many files. */
    public static Manifest of(SandboxId sandbox, String worktree, int files) {
        NavigableMap<TreePath, Node> base = new TreeMap<>();
        for (int i = 0; i < files; i++) {
            Hash hash = Digests.hash(new byte[] {(byte) i});
            base.put(TreePath.of("file-" + i), new Node.File(false, i, hash, "ab".repeat(20)));
        }
        return Manifest.empty(sandbox, worktree)
                .rebased(base, new HostObjects.Commit("cd".repeat(20), "ef".repeat(20)));
    }
}
