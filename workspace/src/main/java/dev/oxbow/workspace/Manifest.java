package dev.oxbow.workspace;

import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a sandbox was last given: the base of the three-way comparison. One per sandbox; a store
 * keeps it as the bytes of {@link #encode}. Immutable.
 */
public final class Manifest {
    private final SandboxId sandbox;
    private final String worktree;
    private final long generation;
    private final Worktree.Head head;
    private final Optional<HostObjects.Commit> snapshot;
    private final List<String> include;
    private final NavigableMap<TreePath, Node> base;
    private final StatCache host;
    private final StatCache inside;
    private final NavigableMap<TreePath, Nested> nested;

    /**
     * What the repository of a submodule was given.
     *
     * @param head what it was set to
     * @param tree id of the tree of its files
     */
    record Nested(Worktree.Head head, String tree) {}

    Manifest(
            SandboxId sandbox,
            String worktree,
            long generation,
            Worktree.Head head,
            Optional<HostObjects.Commit> snapshot,
            List<String> include,
            NavigableMap<TreePath, Node> base,
            StatCache host,
            StatCache inside,
            NavigableMap<TreePath, Nested> nested) {
        this.sandbox = sandbox;
        this.worktree = worktree;
        this.generation = generation;
        this.head = head;
        this.snapshot = snapshot;
        this.include = List.copyOf(include);
        this.base = base;
        this.host = host;
        this.inside = inside;
        this.nested = nested;
    }

    /** The manifest of a sandbox that was never given anything. */
    static Manifest empty(SandboxId sandbox, String worktree) {
        return new Manifest(
                sandbox,
                worktree,
                0,
                new Worktree.Head(Optional.empty(), Optional.empty()),
                Optional.empty(),
                List.of(),
                new TreeMap<>(),
                StatCache.EMPTY,
                StatCache.EMPTY,
                new TreeMap<>());
    }

    /** The sandbox. */
    public SandboxId sandbox() {
        return sandbox;
    }

    /** Identity of the worktree that the sandbox belongs to. */
    public String worktree() {
        return worktree;
    }

    /** Grows with every save of another base. */
    public long generation() {
        return generation;
    }

    /** The commit and branch that the sandbox's repository was last set to. */
    Worktree.Head head() {
        return head;
    }

    /** The commit on the host that holds the base; empty before the first sync. */
    Optional<HostObjects.Commit> snapshot() {
        return snapshot;
    }

    /** The named exceptions among the ignored files. */
    List<String> include() {
        return include;
    }

    /** What the sandbox was given, in byte order; not to be modified. */
    NavigableMap<TreePath, Node> base() {
        return base;
    }

    /** The same, saved once more, with another base and the commit that holds it. */
    Manifest rebased(NavigableMap<TreePath, Node> newBase, HostObjects.Commit commit) {
        return new Manifest(
                sandbox,
                worktree,
                generation + 1,
                head,
                Optional.of(commit),
                include,
                newBase,
                host,
                inside,
                nested);
    }

    /** The same for another sandbox, whose files are as those of this one were. */
    Manifest of(SandboxId other) {
        return new Manifest(
                other, worktree, generation, head, snapshot, include, base, host, inside, nested);
    }

    /** The same with newer stat data of the sandbox. */
    Manifest seenInside(StatCache cache) {
        return new Manifest(
                sandbox, worktree, generation, head, snapshot, include, base, host, cache, nested);
    }

    /** Stat data of the worktree's files. */
    StatCache host() {
        return host;
    }

    /** Stat data of the sandbox's files. */
    StatCache inside() {
        return inside;
    }

    /** Submodules that have a repository in the sandbox, by path; not to be modified. */
    NavigableMap<TreePath, Nested> nested() {
        return nested;
    }

    /** The bytes to keep; they hold paths and hashes, no content. */
    public byte[] encode() {
        return ManifestCodec.encode(this);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws dev.oxbow.base.OxException {@code STORE_UNREADABLE} if the bytes are anything else
     */
    public static Manifest decode(byte[] bytes) {
        return ManifestCodec.decode(bytes);
    }
}
