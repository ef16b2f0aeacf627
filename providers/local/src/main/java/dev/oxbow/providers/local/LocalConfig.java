package dev.oxbow.providers.local;

import dev.oxbow.base.ByteSize;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the local provider works.
 *
 * @param dataDir folder for its sandboxes, made if absent; on a file system with POSIX modes
 * @param firstUid as root only: first of the user ids given to sandboxes, one each
 * @param uidCount as root only: how many there are
 * @param retention output kept per stream of a process; older bytes are dropped once it is exceeded
 * @param keepEnded how long the record and the output of an ended process or terminal are kept, at
 *     least 24 hours
 * @param patience longest wait for the kernel or a helper program in one step
 * @param relayPatience how long a connection through a relay waits for somebody to listen on its
 *     socket, as while one {@code ox} takes a run over from another; tenths of a second count
 */
public record LocalConfig(
        Path dataDir,
        int firstUid,
        int uidCount,
        ByteSize retention,
        Duration keepEnded,
        Duration patience,
        Duration relayPatience) {
    /** Makes the folder absolute; refuses to forget too early. */
    public LocalConfig {
        if (keepEnded.compareTo(Duration.ofHours(24)) < 0) {
            throw new IllegalArgumentException("ended processes are kept for 24 hours at least");
        }
        dataDir = dataDir.toAbsolutePath().normalize();
    }

    /** The usual values below a folder. */
    public static LocalConfig of(Path dataDir) {
        return new LocalConfig(
                dataDir,
                720_000_000,
                100_000,
                ByteSize.mebibytes(64),
                Duration.ofDays(7),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }

    /** The same with another amount of output kept. */
    public LocalConfig withRetention(ByteSize value) {
        return new LocalConfig(
                dataDir, firstUid, uidCount, value, keepEnded, patience, relayPatience);
    }

    /** The same with another patience of relays. */
    public LocalConfig withRelayPatience(Duration value) {
        return new LocalConfig(dataDir, firstUid, uidCount, retention, keepEnded, patience, value);
    }
}
