package dev.oxbow.engine;

import dev.oxbow.posix.BootTime;
import java.time.Duration;

/**
 * What housekeeping remembers of a sandbox from round to round. Ages are added up from round to
 * round, so that neither a clock that is set nor a machine that is started anew makes anything look
 * older than it was seen to be.
 *
 * @param cause why the sandbox is to end
 * @param last when that was seen last
 * @param ageMillis for how long it has been seen
 * @param failures how often it could not be destroyed since
 * @param retryMillis age before which that is not tried again
 * @param warned whether its coming end was told
 */
record SweepNote(
        Fate.Cause cause,
        BootTime last,
        long ageMillis,
        int failures,
        long retryMillis,
        boolean warned) {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
    private static final Duration LAST_RETRY = Duration.ofMinutes(5);

    static SweepNote first(Fate.Cause cause, BootTime now) {
        return new SweepNote(cause, now, 0, 0, 0, false);
    }

    Duration age() {
        return Duration.ofMillis(ageMillis);
    }

    /** The same, seen once more. */
    SweepNote seen(BootTime now) {
        long passed = last.atLeastUntil(now).toMillis();
        return new SweepNote(cause, now, ageMillis + passed, failures, retryMillis, warned);
    }

    SweepNote told() {
        return new SweepNote(cause, last, ageMillis, failures, retryMillis, true);
    }

    /** After one more failure: twice the wait, up to five minutes. */
    SweepNote failed() {
        Duration wait = retryIn(failures + 1);
        return new SweepNote(
                cause, last, ageMillis, failures + 1, ageMillis + wait.toMillis(), warned);
    }

    static Duration retryIn(int failures) {
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 10));
        return wait.compareTo(LAST_RETRY) < 0 ? wait : LAST_RETRY;
    }

    boolean waits() {
        return ageMillis < retryMillis;
    }
}
