package dev.oxbow.engine;

import dev.oxbow.posix.BootTime;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How patient housekeeping is. All times run on a clock that nobody can set.
 *
 * @param orphanGrace how long a sandbox that no thread knows must have been seen and idle before it
 *     is destroyed
 * @param worktreeGrace how long a worktree must have been seen to be gone before its sandbox is
 *     destroyed
 * @param idleWarning idle time after which the coming end of a sandbox is told
 * @param idleEnd idle time after which a sandbox is destroyed
 * @param archiveKept how long the archived work of a destroyed sandbox is kept
 * @param clock the time
 */
public record Upkeep(
        Duration orphanGrace,
        Duration worktreeGrace,
        Duration idleWarning,
        Duration idleEnd,
        Duration archiveKept,
        Supplier<BootTime> clock) {

    /**
     * An hour for orphans and lost worktrees, a day and two hours for idle ones, a week to look.
     */
    public static final Upkeep DEFAULT =
            new Upkeep(
                    Duration.ofHours(1),
                    Duration.ofHours(1),
                    Duration.ofHours(24),
                    Duration.ofHours(26),
                    Duration.ofDays(7),
                    BootTime::now);

    /** The same with another clock. */
    public Upkeep withClock(Supplier<BootTime> value) {
        return new Upkeep(orphanGrace, worktreeGrace, idleWarning, idleEnd, archiveKept, value);
    }
}
