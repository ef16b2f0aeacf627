package dev.oxbow.sandbox;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A technology that makes sandboxes.
 *
 * <p><b>The promise.</b> Every implementation keeps these rules, and the conformance kit holds it
 * to them:
 *
 * <ul>
 *   <li>What is claimed is what is enforced. A wall of the tier that cannot be built makes {@link
 *       #create} fail with {@code ISOLATION_UNAVAILABLE} naming the missing primitive; it is never
 *       left out in silence.
 *   <li>Sandboxes and processes outlive the Java process that made them. A second provider object,
 *       in this process or another, finds them by {@link #list} and {@link #get} and controls them
 *       fully.
 *   <li>Unreadable is not empty. A lookup that fails, wholly or in part, throws {@code
 *       STORE_UNREADABLE} or {@code PROVIDER_UNAVAILABLE}; it never reports absence, and nothing is
 *       created or destroyed because of it.
 *   <li>Operations are typed in failure ({@link dev.oxbow.base.OxException}) and bounded in time by
 *       the implementation's own deadlines; an operation outside {@link #capabilities} throws
 *       {@code CAPABILITY_UNSUPPORTED} and has no effect.
 *   <li>All methods are safe for concurrent use from any thread, virtual or not.
 * </ul>
 *
 * <p>A method is added here only if every caller needs it and no existing one can express it; what
 * one provider alone can do does not belong into the port.
 */
public interface SandboxProvider extends AutoCloseable {

    /** Short lower-case name used in configuration and records, such as {@code local}. */
    String name();

    /**
     * What this provider does natively or by emulation for sandboxes with its usual walls; constant
     * over its life.
     */
    Set<Capability> capabilities();

    /** The walls it builds where nothing else is asked for. */
    Tier tier();

    /** All walls that it can be asked for; holds {@link #tier}. Constant over its life. */
    default Set<Tier> tiers() {
        return Set.of(tier());
    }

    /**
     * What it does for sandboxes with those walls: without some, something may be missing.
     *
     * @param tier one of {@link #tiers}
     */
    default Set<Capability> capabilities(Tier tier) {
        return capabilities();
    }

    /**
     * Probes each primitive the provider needs, without side effects that last.
     *
     * @return one finding per primitive, also for those that are in order
     */
    List<Finding> examine();

    /**
     * Makes a sandbox and starts it. Keyed by {@code spec.id()}: repeating the call with an equal
     * spec returns the existing sandbox, with another spec it throws {@code
     * IDEMPOTENCY_KEY_REUSED}. Concurrent calls with one id share one creation. On failure nothing
     * is left behind.
     *
     * <p>With {@code spec.from()} it is a fork: its files begin as those of the checkpoint and are
     * independent of every other sandbox from then on.
     *
     * <p>Its walls are the weakest of {@link #tiers} that are at least {@code spec.tier()}.
     *
     * @return the sandbox, in state {@link SandboxState#READY}
     * @throws dev.oxbow.base.OxException {@code SNAPSHOT_NOT_FOUND} if {@code spec.from()} names
     *     none; {@code ISOLATION_UNAVAILABLE} if no walls are strong enough, or cannot be built
     *     here
     */
    Sandbox create(SandboxSpec spec);

    /**
     * The sandbox with that id, whatever its state; empty only if it is proven not to exist.
     *
     * <p>A sandbox whose processes are gone (host restart, crash) is returned as {@link
     * SandboxState#STOPPED} if its files are intact.
     */
    Optional<Sandbox> get(SandboxId id);

    /**
     * All sandboxes that carry every one of the labels; an empty map selects all. The order is by
     * age, oldest first.
     */
    List<Sandbox> list(Labels selector);

    /**
     * Ends every process of the sandbox and removes its files. Idempotent: an absent sandbox is a
     * success. Afterwards {@link #get} is empty. If it fails half-way the sandbox remains listed as
     * {@link SandboxState#DESTROYING} and a repeated call goes on.
     */
    void destroy(SandboxId id);

    /** The checkpoint with that id; empty only if it is proven not to exist. */
    Optional<Checkpoint> checkpoint(CheckpointId id);

    /** All checkpoints, also of sandboxes that are gone, oldest first. */
    List<Checkpoint> checkpoints();

    /**
     * Deletes a checkpoint. Idempotent: an absent one is a success. Sandboxes and other checkpoints
     * keep all their files; what only this one held is freed.
     */
    void deleteCheckpoint(CheckpointId id);

    /**
     * Looks for what nothing needs any more, such as what a killed process left, and removes it.
     * Where a record cannot be read nothing is removed and {@code STORE_UNREADABLE} is thrown.
     *
     * @param dryRun only look
     * @return what was found
     */
    List<Garbage> collect(boolean dryRun);

    /** Releases what this object holds. Sandboxes and their processes go on. */
    @Override
    void close();
}
