package dev.oxbow.workspace;

import dev.oxbow.base.RunId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Sandbox;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds out what a sandbox was given when the record of it is lost: from the commit that holds the
 * base, else from nothing but what is there, and then all that the worktree does not have is
 * archived before it is replaced.
 */
final class LostManifest {
    private final Worktree worktree;
    private final Sandbox sandbox;
    private final HostSide host;
    private final InsideView inside;

    LostManifest(Worktree worktree, Sandbox sandbox, HostSide host, InsideView inside) {
        this.worktree = worktree;
        this.sandbox = sandbox;
        this.host = host;
        this.inside = inside;
    }

    /** A base to start from; what cannot be decided is archived and listed in the warnings. */
    Manifest rebuild(RunId run, Directory directory, List<SyncWarning> warnings) {
        Manifest empty = Manifest.empty(sandbox.id(), worktree.identity());
        if (inside.isEmpty()) {
            return empty;
        }
        return fromCommit().orElseGet(() -> fromContent(run, directory, empty, warnings));
    }

    /** The base that the host's git still holds. */
    Optional<Manifest> fromCommit() {
        HostGit git = worktree.git();
        HostGit.Output found =
                git.run(
                        List.of(
                                "rev-parse",
                                "-q",
                                "--verify",
                                Snapshots.baseRef(sandbox.id()) + "^{commit}"),
                        Optional.empty(),
                        Map.of());
        if (found.exit() != 0) {
            return Optional.empty();
        }
        HostObjects objects = new HostObjects(git);
        Map<TreePath, HostObjects.TreeEntry> tree = objects.tree(found.line());
        List<TreePath> paths = new ArrayList<>();
        List<String> blobs = new ArrayList<>();
        tree.forEach((path, entry) -> {
            if (!entry.mode().equals("160000")) {
                paths.add(path);
                blobs.add(entry.id());
            }
        });
        NavigableMap<TreePath, Node> base = new TreeMap<>();
        objects.blobs(
                blobs,
                (i, size, in) -> {
                    String id = blobs.get(i);
                    HostObjects.TreeEntry entry = tree.getOrDefault(paths.get(i), none());
                    if (entry.mode().equals("120000")) {
                        ByteArrayOutputStream target = new ByteArrayOutputStream();
                        in.transferTo(target);
                        base.put(paths.get(i), new Node.Link(target.toByteArray(), id));
                        return;
                    }
                    try (Digests digests = new Digests(in, size, host.idAlgorithm())) {
                        digests.transferTo(java.io.OutputStream.nullOutputStream());
                        base.put(
                                paths.get(i),
                                new Node.File(
                                        entry.mode().equals("100755"), size, digests.hash(), id));
                    }
                });
        return Optional.of(
                new Manifest(
                        sandbox.id(),
                        worktree.identity(),
                        0,
                        new Worktree.Head(Optional.empty(), Optional.empty()),
                        Optional.of(Snapshots.commit(git, found.line())),
                        List.of(),
                        base,
                        StatCache.EMPTY,
                        StatCache.EMPTY,
                        new TreeMap<>()));
    }

    private static HostObjects.TreeEntry none() {
        return new HostObjects.TreeEntry("", "");
    }

    /**
     * Takes all that is there for what the sandbox was given: the sync then makes it what the
     * worktree is. What would be lost by that goes to the archive first.
     */
    private Manifest fromContent(
            RunId run, Directory directory, Manifest empty, List<SyncWarning> warnings) {
        InsideView.Content there = inside.read(empty, new IncludeGlobs(List.of()));
        TreeContent local =
                new TreeContent(Source.of(directory), host.idAlgorithm(), SyncLimits.DEFAULT);
        NavigableMap<TreePath, Node> unknown = new TreeMap<>();
        there.nodes()
                .forEach((path, node) -> {
                    if (!(node instanceof Node.EmptyDirectory)
                            && !Optional.of(node).equals(local.now(path, StatCache.EMPTY))) {
                        unknown.put(path, node);
                    }
                });
        if (!unknown.isEmpty()) {
            try (var workspace = sandbox.files(Sandbox.WORKSPACE)) {
                String ref =
                        new Snapshots(worktree.git())
                                .archive(
                                        run,
                                        unknown,
                                        (path, _) -> Optional.of(workspace.read(path)));
                unknown.keySet()
                        .forEach(path ->
                                warnings.add(
                                        new SyncWarning(
                                                SyncWarning.Kind.UNKNOWN_ARCHIVED,
                                                path,
                                                path
                                                        + " in the sandbox is of unknown"
                                                        + " origin; it is kept in "
                                                        + ref)));
            }
        }
        return new Manifest(
                empty.sandbox(),
                empty.worktree(),
                0,
                empty.head(),
                Optional.empty(),
                List.of(),
                there.nodes(),
                StatCache.EMPTY,
                there.cache(),
                new TreeMap<>());
    }
}
