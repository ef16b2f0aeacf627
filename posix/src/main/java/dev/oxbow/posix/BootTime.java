package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A moment on the clock that the machine started at boot: comparable between processes, and not
 * moved by anybody who sets the time.
 *
 * @param boot names the boot
 * @param millis since then
 */
public record BootTime(String boot, long millis) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** Read once: no program outlives the boot that it runs in. */
    private static final class Running {
        static final Optional<String> BOOT = read();

        private static Optional<String> read() {
            try {
                return Optional.of(Files.readString(BOOT_ID).strip());
            } catch (IOException unknown) {
                return Optional.empty();
            }
        }
    }

    /** Names the running boot of the machine; empty if the kernel does not say. */
    public static Optional<String> running() {
        return Running.BOOT;
    }

    /**
     * Now.
     *
     * @throws OxException {@code ISOLATION_UNAVAILABLE} if the kernel does not say
     */
    public static BootTime now() {
        try {
            String uptime = Files.readString(Path.of("/proc/uptime"));
            return new BootTime(
                    running().orElseThrow(() -> new IOException(BOOT_ID + " cannot be read")),
                    Math.round(Double.parseDouble(uptime.split(" ", 2)[0]) * 1000));
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.ISOLATION_UNAVAILABLE,
                            "the time since boot cannot be read: %s",
                            e)
                    .causedBy(e);
        }
    }

    /** Time since then; empty if the machine has been started anew. */
    public Optional<Duration> elapsed() {
        return until(now());
    }

    /** Time from this moment to a later one; empty if they are of two boots. */
    public Optional<Duration> until(BootTime later) {
        return later.boot.equals(boot)
                ? Optional.of(Duration.ofMillis(Math.max(0, later.millis - millis)))
                : Optional.empty();
    }

    /**
     * How much time has passed until then at least. Of a moment before the machine was started anew
     * only what came after that is known.
     */
    public Duration atLeastUntil(BootTime later) {
        return until(later).orElse(Duration.ofMillis(later.millis));
    }
}
