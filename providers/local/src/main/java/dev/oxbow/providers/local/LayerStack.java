package dev.oxbow.providers.local;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the files of a sandbox are made of, beside {@link StoredSandbox}. A sandbox without it has
 * one plain folder, as all have before their first checkpoint.
 *
 * @param upper the layer that takes what is written; empty as long as that is the plain folder
 * @param lowers frozen layers below it, topmost first
 * @param deltas layers that hold what {@code upper} held at checkpoints taken while something ran,
 *     topmost first; they are not mounted
 * @param mounted layers that the standing sandbox still shows although others took their place
 * @param joining a layer that is being made of several; needed as long as its maker lives
 * @param next number of the next layer that this sandbox makes
 * @param base the checkpoint that the files last came from or went into
 * @param from the checkpoint it was forked from, part of the creation's key
 * @param change what was begun; whoever finds it finishes it before anything else
 */
record LayerStack(
        Optional<String> upper,
        List<String> lowers,
        List<String> deltas,
        List<String> mounted,
        Optional<String> joining,
        int next,
        Optional<CheckpointId> base,
        Optional<CheckpointId> from,
        Optional<Change> change) {

    /** One plain folder, nothing frozen. */
    static final LayerStack PLAIN =
            new LayerStack(
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    LayerStack {
        lowers = List.copyOf(lowers);
        deltas = List.copyOf(deltas);
        mounted = List.copyOf(mounted);
    }

    /** Which change was begun. */
    enum Step {
        /** The upper layer becomes a lower one, and a new one is put in its place. */
        SWAP,
        /** Everything in the sandbox stands still while a copy is made. */
        FREEZE,
        /** The stack is another one since; processes end and the sandbox starts on it. */
        ROLLBACK
    }

    /**
     * A change that was begun.
     *
     * @param step which
     * @param checkpoint for which
     * @param incarnation that the sandbox has when it is done
     */
    record Change(Step step, CheckpointId checkpoint, int incarnation) {}

    /** The stack of a fork. */
    static LayerStack forked(SandboxId id, CheckpointId from, List<String> layers) {
        return new LayerStack(
                Optional.of(name(id, 1)),
                layers,
                List.of(),
                List.of(),
                Optional.empty(),
                2,
                Optional.of(from),
                Optional.of(from),
                Optional.empty());
    }

    /** Layers bear the name of the sandbox that made them, so that no two are alike. */
    private static String name(SandboxId id, int number) {
        return id.value() + "-" + number;
    }

    boolean plain() {
        return upper.isEmpty();
    }

    /** With what is on top frozen below a new layer. */
    LayerStack swapped(SandboxId id, CheckpointId checkpoint, int incarnation) {
        int number = next;
        String frozen = upper.orElse(name(id, number));
        int fresh = plain() ? number + 1 : number;
        List<String> below = new ArrayList<>(List.of(frozen));
        below.addAll(lowers);
        return new LayerStack(
                Optional.of(name(id, fresh)),
                below,
                List.of(),
                mounted,
                joining,
                fresh + 1,
                base,
                from,
                Optional.of(new Change(Step.SWAP, checkpoint, incarnation)));
    }

    /** With a number given to a layer for what changed; see {@link #fresh}. */
    LayerStack freezing(CheckpointId checkpoint, int incarnation) {
        return new LayerStack(
                upper,
                lowers,
                deltas,
                mounted,
                joining,
                next + 1,
                base,
                from,
                Optional.of(new Change(Step.FREEZE, checkpoint, incarnation)));
    }

    /** The layer that the last number was given to. */
    String fresh(SandboxId id) {
        return name(id, next - 1);
    }

    /** The layer that a copy which was begun goes into. */
    Optional<String> filled(SandboxId id) {
        return change.filter(begun -> begun.step() == Step.FREEZE).map(_ -> fresh(id));
    }

    /** With a layer of what changed on top of the others of its kind. */
    LayerStack changed(String delta) {
        List<String> all = new ArrayList<>(List.of(delta));
        all.addAll(deltas);
        return new LayerStack(upper, lowers, all, mounted, joining, next, base, from, change);
    }

    /** With nothing but a checkpoint's layers below a new one. */
    LayerStack rolledBack(SandboxId id, CheckpointId to, List<String> layers, int incarnation) {
        return new LayerStack(
                Optional.of(name(id, next)),
                layers,
                List.of(),
                mounted,
                joining,
                next + 1,
                Optional.of(to),
                from,
                Optional.of(new Change(Step.ROLLBACK, to, incarnation)));
    }

    /** With the change done, or given up. */
    LayerStack settled(Optional<CheckpointId> newBase) {
        return new LayerStack(
                upper, lowers, deltas, mounted, joining, next, newBase, from, Optional.empty());
    }

    /** With nothing mounted but what it says itself. */
    LayerStack remounted() {
        return new LayerStack(upper, lowers, deltas, List.of(), joining, next, base, from, change);
    }

    /** With a number given to a layer that several are being joined in; see {@link #fresh}. */
    LayerStack joining(SandboxId id) {
        return new LayerStack(
                upper,
                lowers,
                deltas,
                mounted,
                Optional.of(name(id, next)),
                next + 1,
                base,
                from,
                change);
    }

    /** With no layer being made of others. */
    LayerStack notJoining() {
        return new LayerStack(
                upper, lowers, deltas, mounted, Optional.empty(), next, base, from, change);
    }

    /** With one layer in the place of those that were joined; what is mounted stays so. */
    LayerStack joined(JoinedLayer by) {
        List<String> below = by.in(lowers);
        List<String> stillMounted = new ArrayList<>(lowers);
        stillMounted.removeAll(below);
        stillMounted.addAll(mounted);
        return new LayerStack(
                upper,
                below,
                by.in(deltas),
                stillMounted,
                Optional.empty(),
                next,
                base,
                from,
                change);
    }

    /** What a checkpoint of now consists of, once all is frozen. */
    List<String> frozen() {
        List<String> all = new ArrayList<>(deltas);
        all.addAll(lowers);
        return all;
    }

    /** As {@link #all}, and the one that is being made of several. */
    List<String> needed() {
        List<String> all = new ArrayList<>(all());
        joining.ifPresent(all::add);
        return all;
    }

    /** Every layer that it needs. */
    List<String> all() {
        List<String> all = new ArrayList<>(frozen());
        upper.ifPresent(all::add);
        all.addAll(mounted);
        return all;
    }
}
