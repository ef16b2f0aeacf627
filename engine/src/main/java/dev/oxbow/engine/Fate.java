package dev.oxbow.engine;

import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxState;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What is to become of a sandbox: a pure rule from what is known of it. */
sealed interface Fate {

    /** Nothing. */
    record Stay() implements Fate {}

    /** It is frozen. */
    record Pause(String reason) implements Fate {}

    /** Its processes end. */
    record Stop(String reason) implements Fate {}

    /**
     * It will end unless something happens.
     *
     * @param cause why it will
     * @param reason in words
     */
    record Wait(Cause cause, String reason) implements Fate {}

    /**
     * It ends, once its work is safe.
     *
     * @param cause why
     * @param reason in words
     */
    record Destroy(Cause cause, String reason) implements Fate {}

    /** Why a sandbox ends. */
    enum Cause {
        /** No thread knows it. */
        ORPHAN,
        /** The worktree that it belongs to is gone. */
        WORKTREE_GONE,
        /** Its time to live is over. */
        EXPIRED,
        /** Nothing has happened in it for long. */
        ZOMBIE,
        /** It was being destroyed before. */
        UNFINISHED
    }

    /**
     * What is known of a sandbox, all of it by look-ups that succeeded.
     *
     * @param record the sandbox
     * @param offers what its provider can do
     * @param known whether a thread knows it
     * @param inUse whether a run of its thread is under way
     * @param kept whether a run asked to have it kept
     * @param worktreeGone whether its worktree is proven to be gone
     * @param seen for how long the same reason to end it has been seen
     */
    record Look(
            SandboxRecord record,
            Set<Capability> offers,
            boolean known,
            boolean inUse,
            BooleanSupplier kept,
            boolean worktreeGone,
            Optional<SweepNote> seen) {

        boolean longSeen(Cause cause, Duration grace) {
            return seen.filter(note -> note.cause() == cause)
                    .filter(note -> note.age().compareTo(grace) >= 0)
                    .isPresent();
        }
    }

    /** Never ends what runs, is in use or is not known for sure. */
    static Fate of(Look look, Upkeep upkeep) {
        SandboxRecord record = look.record();
        return switch (record.state()) {
            case CREATING, STARTING, STOPPING, DEGRADED, DESTROYED, BUSY -> new Stay();
            case DESTROYING -> new Destroy(Cause.UNFINISHED, "was being destroyed");
            case READY, STOPPED, PAUSED, ARCHIVED, FAILED ->
                    look.inUse() ? new Stay() : end(look, upkeep).orElseGet(() -> rest(look));
        };
    }

    private static Optional<Fate> end(Look look, Upkeep upkeep) {
        Duration idle = look.record().idle();
        if (!look.known()) {
            boolean old =
                    look.longSeen(Cause.ORPHAN, upkeep.orphanGrace())
                            && idle.compareTo(upkeep.orphanGrace()) >= 0;
            return Optional.of(due(old, Cause.ORPHAN, "no thread knows it", upkeep.orphanGrace()));
        }
        if (look.worktreeGone() && !look.kept().getAsBoolean()) {
            boolean old = look.longSeen(Cause.WORKTREE_GONE, upkeep.worktreeGrace());
            return Optional.of(
                    due(old, Cause.WORKTREE_GONE, "its worktree is gone", upkeep.worktreeGrace()));
        }
        boolean expired = look.record().timeLeft().filter(Duration::isZero).isPresent();
        boolean old = expired || idle.compareTo(upkeep.idleWarning()) >= 0;
        if (!old || look.kept().getAsBoolean()) {
            return Optional.empty();
        }
        if (expired) {
            return Optional.of(new Destroy(Cause.EXPIRED, "its time to live is over"));
        }
        if (idle.compareTo(upkeep.idleEnd()) >= 0) {
            return Optional.of(new Destroy(Cause.ZOMBIE, "idle " + Spans.text(idle)));
        }
        String left = Spans.text(upkeep.idleEnd().minus(idle));
        String text =
                "idle %s; destroyed in %s unless it is used".formatted(Spans.text(idle), left);
        // It may still have to be stopped first.
        return rest(look) instanceof Stay
                ? Optional.of(new Wait(Cause.ZOMBIE, text))
                : Optional.empty();
    }

    private static Fate due(boolean now, Cause cause, String why, Duration grace) {
        return now
                ? new Destroy(cause, why)
                : new Wait(cause, why + "; destroyed once that is so for " + Spans.text(grace));
    }

    private static Fate rest(Look look) {
        SandboxRecord record = look.record();
        SandboxState state = record.state();
        boolean runs = state == SandboxState.READY || state == SandboxState.PAUSED;
        String reason = "idle " + Spans.text(record.idle());
        if (runs
                && look.offers().contains(Capability.STOP_RESUME)
                && isDue(record, record.lifetime().stopAfter())) {
            return new Stop(reason);
        }
        if (state == SandboxState.READY
                && look.offers().contains(Capability.PAUSE_MEMORY)
                && isDue(record, record.lifetime().pauseAfter())) {
            return new Pause(reason);
        }
        return new Stay();
    }

    private static boolean isDue(SandboxRecord record, Optional<Duration> after) {
        return after.filter(limit -> record.idle().compareTo(limit) >= 0).isPresent();
    }
}
