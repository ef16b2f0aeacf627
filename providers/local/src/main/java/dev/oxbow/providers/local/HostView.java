package dev.oxbow.providers.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What of the host is shown in sandboxes, looked up anew when the last look is a second old: to
 * look takes a tenth of building all walls, and many are often built at once. Safe for concurrent
 * use.
 */
final class HostView {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private record Seen(RootFilesystem root, long at) {}

    private final Supplier<Path> etc;
    private volatile Optional<Seen> last = Optional.empty();

    /**
     * A view of this machine.
     *
     * @param etc makes the folder to be shown as {@code /etc}, as the host's is now
     */
    HostView(Supplier<Path> etc) {
        this.etc = etc;
    }

    RootFilesystem root() {
        long now = System.nanoTime();
        Seen seen =
                last.filter(before -> now - before.at() < FRESH_NANOS)
                        .orElseGet(() -> new Seen(RootFilesystem.ofHost(etc.get()), now));
        last = Optional.of(seen);
        return seen.root();
    }
}
