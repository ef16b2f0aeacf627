package dev.oxbow.workspace;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The commits under {@code refs/oxbow} that keep file trees: bases, results and archives. */
final class Snapshots {
    private final HostGit git;
    private final HostObjects objects;

    Snapshots(HostGit git) {
        this.git = git;
        this.objects = new HostObjects(git);
    }

    static String baseRef(SandboxId sandbox) {
        return "refs/oxbow/bases/" + sandbox;
    }

    static String checkpointRef(CheckpointId checkpoint) {
        return "refs/oxbow/checkpoints/" + checkpoint;
    }

    static String runRef(RunId run) {
        return "refs/oxbow/runs/" + run;
    }

    static String archiveRef(RunId run) {
        return "refs/oxbow/archive/" + run;
    }

    /**
     * Keeps a base as a commit on top of what is checked out; that commit itself where nothing
     * differs from it.
     */
    HostObjects.Made base(
            Manifest before,
            Worktree.Head head,
            NavigableMap<TreePath, Node> base,
            HostObjects.Contents contents) {
        Optional<HostObjects.Commit> last = before.snapshot();
        if (last.isPresent() && before.head().equals(head) && before.base().equals(base)) {
            return new HostObjects.Made(last.get(), Optional.empty());
        }
        Map<TreePath, Optional<Node>> edits;
        Optional<String> start;
        Set<String> present = new HashSet<>();
        if (last.isPresent() && before.head().commit().equals(head.commit())) {
            edits = difference(before.base(), base);
            start = Optional.of(last.get().tree());
        } else {
            Map<TreePath, HostObjects.TreeEntry> committed =
                    head.commit().map(objects::tree).orElse(Map.of());
            committed.values().forEach(e -> present.add(e.id()));
            edits = fromCommitted(committed, base);
            start = Optional.empty();
            if (edits.isEmpty() && head.commit().isPresent()) {
                return new HostObjects.Made(
                        commitItself(before.sandbox(), head.commit().get()), Optional.empty());
            }
        }
        return objects.commit(
                new HostObjects.Request(
                        baseRef(before.sandbox()),
                        "What sandbox " + before.sandbox() + " was given",
                        head.commit().stream().toList(),
                        start,
                        edits),
                (path, file) ->
                        present.contains(file.blob())
                                ? Optional.empty()
                                : contents.open(path, file));
    }

    private HostObjects.Commit commitItself(SandboxId sandbox, String commit) {
        git.ask("update-ref", baseRef(sandbox), commit);
        return commit(git, commit);
    }

    static HostObjects.Commit commit(HostGit git, String commit) {
        String tree =
                new String(
                                git.ask("rev-parse", "--verify", commit + "^{tree}"),
                                java.nio.charset.StandardCharsets.US_ASCII)
                        .strip();
        return new HostObjects.Commit(commit, tree);
    }

    /** Keeps what a run left, on top of what it was given. */
    HostObjects.Commit result(
            RunId run,
            HostObjects.Commit base,
            List<Change> changes,
            HostObjects.Contents contents) {
        Map<TreePath, Optional<Node>> edits = new TreeMap<>();
        changes.forEach(c -> edits.put(c.path(), c.after()));
        return objects.commit(
                        new HostObjects.Request(
                                runRef(run),
                                "What run " + run + " left",
                                List.of(base.id()),
                                Optional.empty(),
                                edits),
                        contents)
                .commit();
    }

    /** Adds versions that lost to the archive of a run. */
    String archive(RunId run, Map<TreePath, Node> lost, HostObjects.Contents contents) {
        String ref = archiveRef(run);
        HostGit.Output earlier =
                git.run(List.of("rev-parse", "-q", "--verify", ref), Optional.empty(), Map.of());
        Map<TreePath, Optional<Node>> edits = new TreeMap<>();
        lost.forEach((path, node) -> edits.put(path, Optional.of(node)));
        objects.commit(
                new HostObjects.Request(
                        ref,
                        "Versions that lost in run " + run,
                        earlier.exit() == 0 ? List.of(earlier.line()) : List.of(),
                        Optional.of(""),
                        edits),
                contents);
        return ref;
    }

    static Map<TreePath, Optional<Node>> difference(
            NavigableMap<TreePath, Node> before, NavigableMap<TreePath, Node> after) {
        Map<TreePath, Optional<Node>> edits = new LinkedHashMap<>();
        InStep.differences(
                before, after, (path, _, node) -> edits.put(path, Optional.ofNullable(node)));
        return edits;
    }

    /** What turns the tree of a commit into a base; empty submodules stay as they are. */
    private static Map<TreePath, Optional<Node>> fromCommitted(
            Map<TreePath, HostObjects.TreeEntry> committed, NavigableMap<TreePath, Node> base) {
        Map<TreePath, Optional<Node>> edits = new LinkedHashMap<>();
        PathSet present = PathSet.of(base.keySet());
        committed.forEach((path, entry) -> {
            boolean emptySubmodule = entry.mode().equals("160000") && !present.hasBelow(path);
            if (!emptySubmodule && !base.containsKey(path)) {
                edits.put(path, Optional.empty());
            }
        });
        base.forEach((path, node) -> {
            HostObjects.@Nullable TreeEntry entry = committed.get(path);
            if (!(node instanceof Node.EmptyDirectory)
                    && !entryOf(node).equals(Optional.ofNullable(entry))) {
                edits.put(path, Optional.of(node));
            }
        });
        return edits;
    }

    private static Optional<HostObjects.TreeEntry> entryOf(Node node) {
        return switch (node) {
            case Node.File f ->
                    Optional.of(
                            new HostObjects.TreeEntry(
                                    f.executable() ? "100755" : "100644", f.blob()));
            case Node.Link l -> Optional.of(new HostObjects.TreeEntry("120000", l.blob()));
            case Node.EmptyDirectory _ -> Optional.empty();
        };
    }
}
