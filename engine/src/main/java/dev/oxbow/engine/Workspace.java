package dev.oxbow.engine;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.workspace.ApplyReport;
import dev.oxbow.workspace.Change;
import dev.oxbow.workspace.ConflictPolicy;
import dev.oxbow.workspace.Harvest;
import dev.oxbow.workspace.Progress;
import dev.oxbow.workspace.SyncInReport;
import dev.oxbow.workspace.SyncOptions;
import dev.oxbow.workspace.WorkspaceSync;
import dev.oxbow.workspace.WorktreeWatch;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the engine asks of the sync of one worktree; each method promises what the one of the same
 * name of {@link WorkspaceSync} does.
 */
public interface Workspace {
    /** Finishes or undoes what a killed process left half-way. */
    void recover();

    /** Worktree to sandbox. */
    SyncInReport syncIn(Sandbox sandbox, RunId run, SyncOptions options, Progress progress);

    /** Edits of the worktree to the sandbox as they are made, until it is closed. */
    Watching watch(Sandbox sandbox, Duration quiet, WorktreeWatch.Listener listener);

    /** A watch that goes on. */
    interface Watching extends AutoCloseable {
        /** None. */
        Watching NONE = () -> {};

        /** Stops it and waits for what is under way. */
        @Override
        void close();
    }

    /** Sandbox to the host's git. */
    Harvest harvest(Sandbox sandbox, RunId run, boolean partial, Progress progress);

    /** What was harvested from a run. */
    Optional<Harvest> harvested(RunId run);

    /** The host's git to the worktree. */
    ApplyReport apply(RunId run, ConflictPolicy policy, Progress progress);

    /** What a run changed, as a patch. */
    void diff(RunId run, OutputStream to);

    /** What of a sandbox exists nowhere else. */
    List<Change> unextracted(Sandbox sandbox);

    /** Takes a checkpoint between two syncs, and keeps its base. */
    <T> T checkpoint(Sandbox sandbox, CheckpointId id, Supplier<T> taking);

    /** Makes the base of a checkpoint that of a sandbox with the same files. */
    void restore(SandboxId sandbox, CheckpointId from);

    /** Forgets the base of a deleted checkpoint. */
    void forget(CheckpointId checkpoint);

    /** Forgets a destroyed sandbox. */
    void forget(SandboxId sandbox);

    /** The real one. */
    static Workspace of(WorkspaceSync sync) {
        return new Workspace() {
            @Override
            public void recover() {
                var _ = sync.recover();
            }

            @Override
            public SyncInReport syncIn(
                    Sandbox sandbox, RunId run, SyncOptions options, Progress progress) {
                return sync.syncIn(sandbox, run, options, progress);
            }

            @Override
            public Watching watch(
                    Sandbox sandbox, Duration quiet, WorktreeWatch.Listener listener) {
                return sync.watch(sandbox, quiet, listener)::close;
            }

            @Override
            public Harvest harvest(Sandbox sandbox, RunId run, boolean partial, Progress progress) {
                return sync.harvest(sandbox, run, partial, progress);
            }

            @Override
            public Optional<Harvest> harvested(RunId run) {
                return sync.harvested(run);
            }

            @Override
            public ApplyReport apply(RunId run, ConflictPolicy policy, Progress progress) {
                return sync.apply(run, policy, progress);
            }

            @Override
            public void diff(RunId run, OutputStream to) {
                sync.diff(run, to);
            }

            @Override
            public List<Change> unextracted(Sandbox sandbox) {
                return sync.unextracted(sandbox);
            }

            @Override
            public <T> T checkpoint(Sandbox sandbox, CheckpointId id, Supplier<T> taking) {
                return sync.checkpoint(sandbox, id, taking);
            }

            @Override
            public void restore(SandboxId sandbox, CheckpointId from) {
                sync.restore(sandbox, from);
            }

            @Override
            public void forget(CheckpointId checkpoint) {
                sync.forget(checkpoint);
            }

            @Override
            public void forget(SandboxId sandbox) {
                sync.forget(sandbox);
            }
        };
    }
}
