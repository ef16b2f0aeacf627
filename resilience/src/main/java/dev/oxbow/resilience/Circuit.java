package dev.oxbow.resilience;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps calls from a provider that is down. It opens after several failures in a short time; after
 * a while one call is let through, and what becomes of that closes it or keeps it open. Safe for
 * concurrent use.
 */
final class Circuit {
    /** Marks the failures of an open circuit, which are ours and not the provider's. */
    static final String MARK = "circuit";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");

    private final Patience patience;
    private final TimeSource time;
    private final Deque<Long> failures = new ArrayDeque<>();
    private Instant since = Instant.EPOCH;
    private long openedAt;
    private boolean open;
    private boolean probing;

    Circuit(Patience patience, TimeSource time) {
        this.patience = patience;
        this.time = time;
    }

    /** Lets a call through, or refuses it because the provider is down. */
    synchronized void admit() {
        if (!open) {
            return;
        }
        Duration left = patience.probeAfter().minusNanos(time.nanos() - openedAt);
        if (!left.isPositive() && !probing) {
            probing = true;
            return;
        }
        Duration wait = left.isPositive() ? left : patience.probeAfter();
        throw OxException.of(
                        ErrorCode.PROVIDER_UNAVAILABLE,
                        "unavailable since %s, next probe in %s",
                        TIME.format(since.atZone(ZoneId.systemDefault())),
                        InWords.of(wait))
                .with("retry_after_ms", wait.toMillis())
                .with(MARK, "open");
    }

    /** The provider has answered, well or not. */
    synchronized void answered() {
        failures.clear();
        open = false;
        probing = false;
    }

    /** The provider has not answered, or only that it cannot. */
    synchronized void failed() {
        long now = time.nanos();
        if (failures.isEmpty()) {
            since = time.now();
        }
        failures.addLast(now);
        while (now - failures.getFirst() > patience.window().toNanos() && !open) {
            failures.removeFirst();
        }
        if (probing || failures.size() >= patience.failures()) {
            open = true;
            probing = false;
            openedAt = now;
        }
    }
}
