package dev.oxbow.providers.local;

import dev.oxbow.posix.BootTime;
import dev.oxbow.sandbox.Lifetime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is written down of a sandbox's lifetime.
 *
 * @param asked as its creation asked for it, part of the creation's key
 * @param now as it is now
 * @param since from when its time to live counts
 */
record StoredLife(Lifetime asked, Lifetime now, BootTime since) {

    /** That of a new sandbox. */
    static StoredLife of(Lifetime lifetime) {
        return new StoredLife(lifetime, lifetime, BootTime.now());
    }

    /** Another lifetime, from now. */
    StoredLife changed(Lifetime lifetime) {
        return new StoredLife(asked, lifetime, BootTime.now());
    }

    /** The same, from now. */
    StoredLife renewed() {
        return changed(now);
    }

    /** Time until its end; empty if it has none. */
    Optional<Duration> timeLeft(BootTime moment) {
        return now.ttl()
                .map(ttl -> {
                    Duration left = ttl.minus(since.atLeastUntil(moment));
                    return left.isNegative() ? Duration.ZERO : left;
                });
    }

    /** Writes it in place of what was there, whole or not at all. */
    void write(Path file) {
        RecordFile.write(file, this);
    }

    /** What is written there; of a sandbox that an earlier version made, the default. */
    static StoredLife read(Path file) {
        return RecordFile.read(file, StoredLife.class).orElseGet(() -> of(Lifetime.DEFAULT));
    }
}
