package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.BootTime;
import dev.oxbow.sandbox.Lifetime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
        Path next = file.resolveSibling("life.json.next");
        try {
            Files.writeString(next, Json.write(this));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the lifetime %s cannot be written: %s",
                            file,
                            Why.of(e))
                    .causedBy(e);
        }
    }

    /** What is written there; of a sandbox that an earlier version made, the default. */
    static StoredLife read(Path file) {
        try {
            StoredLife life = Json.read(Files.readString(file), StoredLife.class);
            if (life == null) {
                throw OxException.of(ErrorCode.STORE_UNREADABLE, "it is empty");
            }
            return life;
        } catch (NoSuchFileException earlier) {
            return of(Lifetime.DEFAULT);
        } catch (IOException | Json.MalformedJson | OxException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the lifetime %s cannot be read: %s",
                            file,
                            Why.of(e))
                    .causedBy(e);
        }
    }
}
