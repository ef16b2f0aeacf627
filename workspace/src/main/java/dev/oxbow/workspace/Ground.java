package dev.oxbow.workspace;

import dev.oxbow.base.ByteSize;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to be asked of the worktree where versions meet, and only there. Not for concurrent use.
 */
final class Ground {
    private final Worktree worktree;
    private final HostSide host;
    private final Directory directory;
    private final TreeContent content;
    private final HostObjects objects;
    private final Merge merge;
    private @Nullable Set<TreePath> travelling;

    Ground(
            Worktree worktree,
            HostSide host,
            Directory directory,
            TreeContent content,
            Path scratch) {
        this.worktree = worktree;
        this.host = host;
        this.directory = directory;
        this.content = content;
        this.objects = new HostObjects(worktree.git());
        this.merge = new Merge(worktree.git(), scratch);
    }

    /** Merges the sandbox's version of a path into what is there; empty if they do not merge. */
    Optional<byte[]> merge(TreePath path, Node.File base, Node.File sandbox) {
        return merge.merge(
                objects.blob(base.blob()),
                directory.readAll(path, ByteSize.mebibytes(1)),
                objects.blob(sandbox.blob()));
    }

    /** Whether anything has that name. */
    boolean exists(TreePath path) {
        return LocalState.at(directory, path).isPresent();
    }

    /** The file or link at a path. */
    Optional<Node> now(TreePath path) {
        return content.now(path, StatCache.EMPTY);
    }

    /** Whether a file is kept out of syncs, by git's rules as a rule. */
    boolean ignores(TreePath path) {
        Set<TreePath> known = travelling;
        if (known == null) {
            known = new HashSet<>();
            TreeView view = host.view(worktree, directory, new IncludeGlobs(List.of()));
            for (Entry entry : view.entries()) {
                known.add(entry.path());
            }
            travelling = known;
        }
        return !known.contains(path);
    }
}
