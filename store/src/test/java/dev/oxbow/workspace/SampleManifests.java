package dev.oxbow.workspace;

import dev.oxbow.base.SandboxId;

/** Manifests for tests of the stores that keep them. */
public final class SampleManifests {
    private SampleManifests() {}

    /** The manifest of a sandbox that was never given anything. */
    public static Manifest of(SandboxId sandbox, String worktree) {
        return Manifest.empty(sandbox, worktree);
    }
}
