package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The repositories of populated submodules in a sandbox. Their files travel with those of the
 * worktree; here each gets git data of its own, and gives back what was committed in it.
 */
final class NestedRepositories {
    private static final TreePath GONE = TreePath.of(".git/oxbow-gone");
    private static final String GITLINK = "160000";

    private final Sandbox sandbox;
    private final FileTree workspace;
    private final Worktree worktree;
    private final HostSide host;

    NestedRepositories(Sandbox sandbox, FileTree workspace, Worktree worktree, HostSide host) {
        this.sandbox = sandbox;
        this.workspace = workspace;
        this.worktree = worktree;
        this.host = host;
    }

    /** What each submodule of the host has checked out. */
    static Map<TreePath, Worktree.Head> heads(Map<TreePath, Worktree> submodules) {
        Map<TreePath, Worktree.Head> heads = new ConcurrentHashMap<>();
        Workers.forEach(
                List.copyOf(submodules.entrySet()),
                submodule -> heads.put(submodule.getKey(), submodule.getValue().head()));
        return heads;
    }

    /** Whether a sandbox has git data there, in real directories all the way. */
    static boolean stands(FileTree workspace, TreePath submodule) {
        return isDirectory(workspace, submodule.resolve(".git"));
    }

    private static boolean isDirectory(FileTree workspace, TreePath path) {
        return path.isRoot()
                || (isDirectory(workspace, path.parent())
                        && workspace
                                .stat(path)
                                .filter(e -> e.kind() == Entry.Kind.DIRECTORY)
                                .isPresent());
    }

    /**
     * Brings the repositories to what the host has checked out. Where the sandbox has no directory
     * for one, because an agent replaced it, there is none.
     *
     * @param heads what the submodules of the host have checked out
     * @param before what the repositories were given the last time
     * @param snapshot commit of all files that the sandbox has been given
     * @return what they have been given now
     */
    NavigableMap<TreePath, Manifest.Nested> give(
            Map<TreePath, Worktree.Head> heads,
            Map<TreePath, Manifest.Nested> before,
            HostObjects.Commit snapshot,
            Path scratch) {
        if (heads.isEmpty()) {
            return new TreeMap<>();
        }
        HostObjects objects = new HostObjects(worktree.git());
        Map<TreePath, HostObjects.TreeEntry> trees = objects.directories(snapshot.id());
        Map<TreePath, Manifest.Nested> given = new ConcurrentHashMap<>();
        Workers.forEach(
                List.copyOf(heads.entrySet()),
                submodule -> {
                    TreePath path = submodule.getKey();
                    if (isDirectory(workspace, path)) {
                        HostObjects.@Nullable TreeEntry tree = trees.get(path);
                        Manifest.Nested wanted =
                                new Manifest.Nested(
                                        submodule.getValue(),
                                        tree == null ? objects.emptyTree() : tree.id());
                        give(path, wanted, Optional.ofNullable(before.get(path)), scratch);
                        given.put(path, wanted);
                    }
                });
        return new TreeMap<>(given);
    }

    /**
     * Puts away the repositories of submodules that the host has no more: within the git data of
     * the worktree's repository, since they may hold the only copy of a commit.
     *
     * @param directories what the host has
     */
    void putAway(NavigableMap<TreePath, Manifest.Nested> before, Set<TreePath> directories) {
        for (TreePath path : before.descendingKeySet()) {
            if (host.submodules().containsKey(path) || !stands(workspace, path)) {
                continue;
            }
            workspace.mkdir(GONE, 0755);
            String name = new String(path.bytes(), StandardCharsets.UTF_8).replace('/', '-');
            TreePath to = GONE.resolve(name);
            for (int n = 2; workspace.stat(to).isPresent(); n++) {
                to = GONE.resolve(name + "." + n);
            }
            workspace.rename(path.resolve(".git"), to);
            if (!directories.contains(path)) {
                removeIfEmpty(path);
            }
        }
    }

    private void removeIfEmpty(TreePath directory) {
        try {
            workspace.remove(directory);
        } catch (OxException e) {
            if (e.code() != ErrorCode.IS_DIRECTORY) {
                throw e;
            }
        }
    }

    private void give(
            TreePath path, Manifest.Nested wanted, Optional<Manifest.Nested> before, Path scratch) {
        Worktree inner = submodule(path);
        boolean there = stands(workspace, path);
        if (there && before.equals(Optional.of(wanted))) {
            return;
        }
        SandboxRepository repository =
                new SandboxRepository(
                        sandbox,
                        workspace,
                        path,
                        inner,
                        host.within(path, inner),
                        directoryIn(scratch),
                        List.of(worktree.commonDir().resolve("objects")));
        repository.give(wanted.head(), before.map(Manifest.Nested::head));
        repository.recordTree(wanted.head(), wanted.tree());
    }

    private Worktree submodule(TreePath path) {
        @Nullable Worktree inner = host.submodules().get(path);
        if (inner == null) {
            throw new IllegalStateException(path + " is no submodule");
        }
        return inner;
    }

    private static Path directoryIn(Path scratch) {
        try {
            return Files.createTempDirectory(scratch, "nested-");
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "cannot work in %s: %s", scratch, e)
                    .causedBy(e);
        }
    }

    /**
     * Brings what was committed in the sandbox to the submodules of the host, under {@code
     * refs/oxbow/<sandbox>/<branch>} of each.
     *
     * @param given what the repositories were given
     * @return what the user should know
     */
    List<SyncWarning> bring(NavigableMap<TreePath, Manifest.Nested> given, SyncLimits limits) {
        List<SyncWarning> warnings = new ArrayList<>();
        Set<TreePath> paths = new TreeSet<>(given.keySet());
        paths.addAll(host.submodules().keySet());
        for (TreePath path : paths) {
            @Nullable Worktree inner = host.submodules().get(path);
            Optional<Manifest.Nested> known = Optional.ofNullable(given.get(path));
            if (inner == null) {
                warnings.add(
                        lost(path, "submodule %s is gone from the worktree; commits made in it"));
            } else if (stands(workspace, path)) {
                bring(path, inner.git(), known, limits, warnings);
            } else if (known.isPresent()) {
                warnings.add(
                        lost(path, "submodule %s has no repository in the sandbox; its commits"));
            }
        }
        return warnings;
    }

    private static SyncWarning lost(TreePath path, String text) {
        return new SyncWarning(
                SyncWarning.Kind.REPOSITORY,
                path,
                String.format(java.util.Locale.ROOT, text, path) + " were not taken");
    }

    private void bring(
            TreePath path,
            HostGit git,
            Optional<Manifest.Nested> known,
            SyncLimits limits,
            List<SyncWarning> warnings) {
        Optional<String> given = known.flatMap(n -> n.head().commit());
        AgentCommits inside = new AgentCommits(sandbox, workspace, path, git, limits);
        for (Harvest.AgentCommits brought : inside.bring(given)) {
            warnings.add(
                    changed(
                            path,
                            brought.count()
                                    + (brought.count() == 1 ? " commit" : " commits")
                                    + " made in submodule "
                                    + path
                                    + "; in its repository at "
                                    + brought.ref()));
        }
        Optional<String> now = inside.checkedOut();
        if (known.isPresent() && !now.equals(given)) {
            warnings.add(
                    changed(
                            path,
                            "submodule "
                                    + path
                                    + " was at "
                                    + brief(given)
                                    + " and is at "
                                    + brief(now)
                                    + " in the sandbox"));
        }
    }

    /** Names the submodules whose commit the agent's own commits of the worktree set. */
    List<SyncWarning> gitlinks(Optional<String> given, List<Harvest.AgentCommits> brought) {
        List<SyncWarning> warnings = new ArrayList<>();
        if (given.isEmpty()) {
            return warnings;
        }
        for (Harvest.AgentCommits commits : brought) {
            List<byte[]> records =
                    Nul.split(
                            worktree.git()
                                    .ask(
                                            "diff-tree",
                                            "-r",
                                            "-z",
                                            "--raw",
                                            "--no-renames",
                                            "--ignore-submodules=none",
                                            "--end-of-options",
                                            given.get(),
                                            commits.commit()));
            for (int i = 0; i + 1 < records.size(); i += 2) {
                String[] fields =
                        new String(records.get(i), StandardCharsets.US_ASCII).split("[: ]", -1);
                if (fields[1].equals(GITLINK) || fields[2].equals(GITLINK)) {
                    TreePath path = TreePath.of(records.get(i + 1));
                    warnings.add(
                            changed(
                                    path,
                                    commits.ref()
                                            + (fields[2].equals(GITLINK)
                                                    ? " sets submodule "
                                                            + path
                                                            + " to commit "
                                                            + brief(Optional.of(fields[4]))
                                                    : " has no submodule " + path)));
                }
            }
        }
        return warnings;
    }

    private static SyncWarning changed(TreePath path, String text) {
        return new SyncWarning(SyncWarning.Kind.SUBMODULE_CHANGED, path, text);
    }

    private static String brief(Optional<String> commit) {
        return commit.map(id -> id.substring(0, Math.min(12, id.length()))).orElse("no commit");
    }
}
