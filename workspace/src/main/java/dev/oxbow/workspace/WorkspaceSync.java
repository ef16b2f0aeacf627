package dev.oxbow.workspace;

import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Sandbox;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Keeps one worktree of the host and the workspaces of its sandboxes in step, losing nothing.
 *
 * <p>The way of one run: {@link #syncIn} brings the worktree's state into the sandbox; when the
 * agent has ended, {@link #harvest} stores what it left as git objects of the host, and {@link
 * #apply} brings that into the worktree, all of it or nothing. After the harvest the result no
 * longer depends on the sandbox: {@link #diff} and {@link #apply} work as long as the refs are
 * there.
 *
 * <p>The user's index, HEAD and branches are never touched. Every method holds the worktree's lock
 * across processes. Failures are {@link dev.oxbow.base.OxException}s; a failure leaves the worktree
 * as it was. Safe for concurrent use.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class WorkspaceSync {
    private final Worktree worktree;
    private final ManifestStore manifests;
    private final Path state;
    private final SyncLimits limits;

    /**
     * A sync for one worktree.
     *
     * @param worktree the host side
     * @param manifests where the bases are kept
     * @param state directory of our own on the host for records of runs; made if absent
     * @param limits what may be moved at most
     */
    public WorkspaceSync(
            Worktree worktree, ManifestStore manifests, Path state, SyncLimits limits) {
        this.worktree = worktree;
        this.manifests = manifests;
        this.state = state;
        this.limits = limits;
    }

    /**
     * Brings the worktree as it is now into the sandbox: files and the history of what is checked
     * out. What the sandbox changed and the worktree did not stays.
     *
     * @param run names the archive, should a version lose
     * @throws dev.oxbow.base.OxException {@code SYNC_CONFLICT} by policy; {@code
     *     SYNC_LIMIT_EXCEEDED}, {@code SYNC_UNREADABLE}, {@code FILE_CHANGING}, {@code
     *     IDENTITY_MISMATCH}, {@code NO_SPACE}
     */
    public SyncInReport syncIn(Sandbox sandbox, RunId run, SyncOptions options, Progress progress) {
        throw new UnsupportedOperationException(limits.toString());
    }

    /**
     * Brings what the sandbox holds to the host, as commits that touch no branch: the files under
     * {@code refs/oxbow/runs/<run>}, the agent's own commits under {@code
     * refs/oxbow/<sandbox>/<branch>}. Repeating it replaces the result of the run.
     *
     * @param partial whether the run was cut short, as far as the caller knows
     * @throws dev.oxbow.base.OxException {@code PATH_ESCAPE} if any path could lead out of the
     *     worktree, and then nothing at all is taken; {@code SYNC_UNREADABLE}, {@code
     *     SYNC_LIMIT_EXCEEDED}, {@code FILE_CHANGING}, {@code IDENTITY_MISMATCH}, {@code NO_SPACE}
     */
    public Harvest harvest(Sandbox sandbox, RunId run, boolean partial, Progress progress) {
        throw new UnsupportedOperationException(manifests.toString());
    }

    /**
     * What was harvested from a run.
     *
     * @return empty if nothing was
     */
    public Optional<Harvest> harvested(RunId run) {
        throw new UnsupportedOperationException(state.toString());
    }

    /**
     * Brings a harvested result into the worktree: staged, verified, then all of it or nothing.
     *
     * @return what was done; where conflicts stopped it, {@link ApplyReport#applied} is false
     * @throws dev.oxbow.base.OxException {@code RUN_NOT_FOUND} if nothing was harvested; {@code
     *     NO_SPACE}, {@code SYNC_APPLY_FAILED}, {@code FILE_CHANGING}; the worktree is then as it
     *     was
     */
    public ApplyReport apply(RunId run, ConflictPolicy policy, Progress progress) {
        throw new UnsupportedOperationException(worktree.toString());
    }

    /**
     * Writes what a run changed as a patch that {@code git apply} takes, binary files included.
     *
     * @throws dev.oxbow.base.OxException {@code RUN_NOT_FOUND} if nothing was harvested
     */
    public void diff(RunId run, OutputStream to) {
        throw new UnsupportedOperationException(worktree.toString());
    }

    /**
     * How many paths of a sandbox exist nowhere else: changed since the base and not harvested.
     * What must not be destroyed without asking.
     */
    public List<Change> unextracted(Sandbox sandbox) {
        throw new UnsupportedOperationException(worktree.toString());
    }

    /**
     * Finishes or undoes what a killed process left half-way in the worktree. Called before the
     * first sync of a process; a no-op if there is nothing.
     *
     * @return runs whose apply was undone; applying them again is safe
     */
    public List<RunId> recover() {
        throw new UnsupportedOperationException(worktree.toString());
    }

    /** Forgets a destroyed sandbox; results of its runs stay. */
    public void forget(SandboxId sandbox) {
        throw new UnsupportedOperationException(worktree.toString());
    }
}
