package dev.oxbow.engine;

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

    /** Now. */
    static BootTime now() {
        try {
            String uptime = Files.readString(Path.of("/proc/uptime"));
            return new BootTime(
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip(),
                    Math.round(Double.parseDouble(uptime.split(" ", 2)[0]) * 1000));
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.ISOLATION_UNAVAILABLE, "/proc/uptime cannot be read: %s", e)
                    .causedBy(e);
        }
    }

    /** Time since then; empty if the machine has been started anew. */
    Optional<Duration> elapsed() {
        BootTime now = now();
        return now.boot.equals(boot)
                ? Optional.of(Duration.ofMillis(Math.max(0, now.millis - millis)))
                : Optional.empty();
    }
}
