package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads what a sandbox holds and stores it in the host's git. */
final class Harvesting {
    private static final TreePath GITMODULES = TreePath.of(".gitmodules");

    private final Worktree worktree;
    private final Sandbox sandbox;
    private final SyncLimits limits;
    private final HostSide host;

    Harvesting(Worktree worktree, Sandbox sandbox, SyncLimits limits) {
        this.worktree = worktree;
        this.sandbox = sandbox;
        this.limits = limits;
        this.host = HostSide.read(worktree);
    }

    Harvest run(
            Manifest manifest,
            RunId run,
            boolean partial,
            Progress progress,
            Consumer<Manifest> save,
            Consumer<String> step) {
        progress.update(Progress.Step.SCAN, 0, 0, 0, 0);
        try (FileTree workspace = sandbox.files(Sandbox.WORKSPACE)) {
            InsideView.Content there = look(workspace, manifest);
            List<Change> changes = changes(manifest.base(), there.nodes());
            guard(changes, there.nodes());
            List<SyncWarning> warnings = warnings(manifest, changes, there.view());
            progress.update(Progress.Step.STORE, 0, changes.size(), 0, 0);
            List<Harvest.AgentCommits> commits =
                    new AgentCommits(sandbox, workspace, TreePath.ROOT, worktree.git(), limits)
                            .bring(manifest.head().commit());
            NestedRepositories nested = new NestedRepositories(sandbox, workspace, worktree, host);
            warnings.addAll(nested.bring(manifest.nested(), limits));
            warnings.addAll(nested.gitlinks(manifest.head().commit(), commits));
            step.accept("commits");
            HostObjects.Commit base = manifest.snapshot().orElseThrow(() -> noBase(sandbox));
            HostObjects.Commit result =
                    new Snapshots(worktree.git())
                            .result(
                                    run,
                                    base,
                                    changes,
                                    (path, _) -> Optional.of(workspace.read(path)));
            step.accept("result");
            if (!there.cache().entries().equals(manifest.inside().entries())) {
                save.accept(manifest.seenInside(there.cache()));
            }
            step.accept("seen");
            progress.update(Progress.Step.STORE, changes.size(), changes.size(), 0, 0);
            return new Harvest(
                    run, sandbox.id(), base.id(), result.id(), changes, commits, partial, warnings);
        }
    }

    /** What the sandbox changed since the base, without storing anything. */
    List<Change> changes(Manifest manifest) {
        try (FileTree workspace = sandbox.files(Sandbox.WORKSPACE)) {
            return changes(manifest.base(), look(workspace, manifest).nodes());
        }
    }

    private InsideView.Content look(FileTree workspace, Manifest manifest) {
        return new InsideView(workspace, worktree, host, limits)
                .read(manifest, new IncludeGlobs(manifest.include()));
    }

    static OxException noBase(Sandbox sandbox) {
        return OxException.of(
                        ErrorCode.SYNC_UNREADABLE,
                        "what sandbox %s was given is not known, so its changes cannot be told",
                        sandbox.id())
                .suggest("Sync into it again: what it holds is archived first.");
    }

    private static List<Change> changes(
            NavigableMap<TreePath, Node> base, NavigableMap<TreePath, Node> now) {
        List<Change> changes = new ArrayList<>();
        InStep.differences(
                base,
                now,
                (path, before, after) ->
                        changes.add(
                                new Change(
                                        path,
                                        Optional.ofNullable(before),
                                        Optional.ofNullable(after))));
        return changes;
    }

    /** One path that could lead out, and nothing at all is taken. */
    private static void guard(List<Change> changes, Map<TreePath, Node> now) {
        for (Change change : changes) {
            if (change.after().isPresent()) {
                PathGuard.check(change.path());
                if (change.after().get() instanceof Node.Link link) {
                    PathGuard.checkLink(change.path(), link, now);
                }
            }
        }
    }

    private List<SyncWarning> warnings(Manifest manifest, List<Change> changes, TreeView view) {
        List<SyncWarning> warnings = new ArrayList<>();
        Set<TreePath> submodules = new HashSet<>();
        for (Change change : changes) {
            TreePath path = change.path();
            if (change.after().isPresent() && SecretNames.matches(path)) {
                warnings.add(
                        new SyncWarning(
                                SyncWarning.Kind.SECRET_RETURNED,
                                path,
                                path + " looks like a secret and came from the sandbox"));
            }
            if (path.equals(GITMODULES)) {
                warnings.add(
                        new SyncWarning(
                                SyncWarning.Kind.GITMODULES_CHANGED,
                                path,
                                ".gitmodules was changed in the sandbox: look at its URLs before"
                                        + " you update submodules"));
            }
            host.submodules().keySet().stream()
                    .filter(path::startsWith)
                    .filter(submodules::add)
                    .forEach(s ->
                            warnings.add(
                                    new SyncWarning(
                                            SyncWarning.Kind.SUBMODULE_CHANGED,
                                            s,
                                            "files in submodule " + s + " were changed")));
        }
        for (TreePath path : view.special()) {
            warnings.add(
                    new SyncWarning(
                            SyncWarning.Kind.SPECIAL_FILE,
                            path,
                            path + " is a socket, FIFO or device and was not taken"));
        }
        for (TreePath path : view.repositories()) {
            boolean given =
                    host.submodules().containsKey(path)
                            || manifest.nested().containsKey(path)
                            || manifest.base().keySet().stream().anyMatch(p -> p.startsWith(path));
            if (!given) {
                warnings.add(
                        new SyncWarning(
                                SyncWarning.Kind.NESTED_REPOSITORY,
                                path,
                                path
                                        + " is a repository made in the sandbox; its files were"
                                        + " taken, its history was not"));
            }
        }
        return warnings;
    }
}
