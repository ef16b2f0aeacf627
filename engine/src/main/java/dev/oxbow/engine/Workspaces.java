package dev.oxbow.engine;

import dev.oxbow.workspace.ManifestStore;
import dev.oxbow.workspace.SyncLimits;
import dev.oxbow.workspace.WorkspaceSync;
import dev.oxbow.workspace.Worktree;
import java.nio.file.Path;

/** Makes the sync of a worktree. */
@FunctionalInterface
public interface Workspaces {
    /** The sync of the worktree at that root. */
    Workspace of(Path root);

    /** The real ones. */
    static Workspaces of(DataDirectory data, ManifestStore manifests) {
        return root -> {
            Worktree worktree = Worktree.at(root);
            return Workspace.of(
                    new WorkspaceSync(
                            worktree,
                            manifests,
                            data.sync(worktree.identity()),
                            SyncLimits.DEFAULT));
        };
    }
}
