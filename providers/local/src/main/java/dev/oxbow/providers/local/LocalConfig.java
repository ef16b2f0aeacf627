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
 * @param patience longest wait for the kernel or a helper program in one step
 */
public record LocalConfig(
        Path dataDir, int firstUid, int uidCount, ByteSize retention, Duration patience) {
    /** Makes the folder absolute. */
    public LocalConfig {
        dataDir = dataDir.toAbsolutePath().normalize();
    }

    /** The usual values below a folder. */
    public static LocalConfig of(Path dataDir) {
        return new LocalConfig(
                dataDir, 720_000_000, 100_000, ByteSize.mebibytes(64), Duration.ofSeconds(10));
    }

    /** The same with another amount of output kept. */
    public LocalConfig withRetention(ByteSize value) {
        return new LocalConfig(dataDir, firstUid, uidCount, value, patience);
    }
}
