package dev.oxbow.resilience;

import dev.oxbow.base.ErrorCategory;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.TimeSource;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes the calls to one provider. Each attempt has a deadline; what may pass is tried again as far
 * as the call allows; all that fails is told in one form. Safe for concurrent use.
 */
final class Calls {
    private final String provider;
    private final Patience patience;
    private final TimeSource time;
    private final Circuit circuit;

    /** Nobody asks before this moment, because the provider has asked for a pause. */
    private long quietUntil;

    Calls(String provider, Patience patience, TimeSource time) {
        this.provider = provider;
        this.patience = patience;
        this.time = time;
        this.circuit = new Circuit(patience, time);
        this.quietUntil = time.nanos();
    }

    Patience patience() {
        return patience;
    }

    TimeSource time() {
        return time;
    }

    void run(String operation, Repeat repeat, Runnable act) {
        var _ =
                call(
                        operation,
                        repeat,
                        () -> {
                            act.run();
                            return operation;
                        });
    }

    <T> T call(String operation, Repeat repeat, Supplier<T> act) {
        return call(operation, repeat, act, _ -> {});
    }

    /**
     * One call with all its attempts.
     *
     * @param beforeRepeat looks at a failure that may be repeated; what it throws ends the call
     */
    <T> T call(
            String operation, Repeat repeat, Supplier<T> act, Consumer<OxException> beforeRepeat) {
        return call(operation, repeat, new Attempt<>(act, () -> 0), beforeRepeat);
    }

    /**
     * One attempt at carrying content, which takes as long as it takes if only it moves.
     *
     * @param moved bytes so far
     * @throws UncheckedIOException that {@code act} has thrown
     */
    <T> T carry(String operation, LongSupplier moved, Supplier<T> act) {
        return call(operation, Repeat.ONCE, new Attempt<>(act, moved), _ -> {});
    }

    /** What is attempted, and how far it has come: it has its full time again when it moved. */
    private record Attempt<T>(Supplier<T> act, LongSupplier moved) {}

    private <T> T call(
            String operation, Repeat repeat, Attempt<T> act, Consumer<OxException> beforeRepeat) {
        Duration waited = Duration.ZERO;
        int timeouts = 0;
        for (int attempt = 1; ; attempt++) {
            waited = waited.plus(pauseAskedFor(operation, waited));
            try {
                T answer = once(operation, act);
                circuit.answered();
                return answer;
            } catch (OxException e) {
                note(e);
                timeouts += e.code() == ErrorCode.PROVIDER_TIMEOUT ? 1 : 0;
                Optional<Duration> asked = retryAfter(e);
                // Who asks for no pause at all is not asked again at once, without end.
                Duration pause = asked.filter(Duration::isPositive).orElse(patience.pause(attempt));
                boolean again =
                        mayPass(e.code())
                                && !e.context().containsKey(Circuit.MARK)
                                && repeat.allows(e)
                                && (attempt < patience.attempts() || isRefusalForNow(e.code()))
                                && waited.plus(pause).compareTo(patience.longestWait()) <= 0;
                if (!again) {
                    throw told(operation, e, new Tries(attempt, timeouts, waited, pause));
                }
                beforeRepeat.accept(e);
                sleep(operation, pause);
                waited = waited.plus(pause);
            }
        }
    }

    private void note(OxException e) {
        switch (e.code()) {
            case PROVIDER_TIMEOUT, PROVIDER_UNAVAILABLE -> {
                if (!e.context().containsKey(Circuit.MARK)) {
                    circuit.failed();
                }
            }
            case PROVIDER_RATE_LIMITED -> {
                circuit.answered();
                retryAfter(e).ifPresent(this::quiet);
            }
            default -> circuit.answered();
        }
    }

    private synchronized void quiet(Duration asked) {
        quietUntil = Math.max(quietUntil, time.nanos() + asked.toNanos());
    }

    private synchronized Duration quietLeft() {
        return Duration.ofNanos(Math.max(0, quietUntil - time.nanos()));
    }

    /** Waits out a pause that the provider has asked somebody else for. */
    private Duration pauseAskedFor(String operation, Duration waited) {
        Duration left = quietLeft();
        if (left.isZero()) {
            return left;
        }
        if (waited.plus(left).compareTo(patience.longestWait()) > 0) {
            throw told(
                    operation,
                    OxException.of(ErrorCode.PROVIDER_RATE_LIMITED, "a pause was asked for"),
                    new Tries(1, 0, waited, left));
        }
        sleep(operation, left);
        return left;
    }

    private <T> T once(String operation, Attempt<T> attempt) {
        circuit.admit();
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread worker =
                Thread.ofVirtual()
                        .name(provider + "-" + operation)
                        .unstarted(() -> {
                            try {
                                answer.complete(attempt.act().get());
                            } catch (RuntimeException | Error e) {
                                answer.completeExceptionally(e);
                            }
                        });
        try {
            Runnable start = worker::start;
            long moved;
            do {
                moved = attempt.moved().getAsLong();
                if (time.await(start, answer, patience.attempt())) {
                    return answer.join();
                }
                start = () -> {};
            } while (attempt.moved().getAsLong() > moved);
        } catch (InterruptedException e) {
            worker.interrupt();
            throw interrupted(operation, e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException content) {
                throw content;
            }
            throw OxException.from(Objects.requireNonNullElse(e.getCause(), e));
        }
        worker.interrupt();
        throw OxException.of(
                        ErrorCode.PROVIDER_TIMEOUT,
                        "no answer in %s",
                        InWords.of(patience.attempt()))
                .admitted(OxException.Admitted.UNKNOWN);
    }

    private void sleep(String operation, Duration pause) {
        try {
            time.sleep(pause);
        } catch (InterruptedException e) {
            throw interrupted(operation, e);
        }
    }

    private static OxException interrupted(String operation, InterruptedException e) {
        Thread.currentThread().interrupt();
        return OxException.of(ErrorCode.OPERATION_INTERRUPTED, "%s was given up", operation)
                .admitted(OxException.Admitted.UNKNOWN)
                .causedBy(e);
    }

    private static boolean mayPass(ErrorCode code) {
        return switch (code) {
            case PROVIDER_TIMEOUT, PROVIDER_UNAVAILABLE, DESTROY_FAILED -> true;
            default -> isRefusalForNow(code);
        };
    }

    /** The provider is well and says when to come again: it is asked as long as we have time. */
    private static boolean isRefusalForNow(ErrorCode code) {
        return code == ErrorCode.PROVIDER_RATE_LIMITED || code == ErrorCode.CONTAINER_UNAVAILABLE;
    }

    private static Optional<Duration> retryAfter(OxException e) {
        return e.context().get("retry_after_ms") instanceof Number millis
                ? Optional.of(Duration.ofMillis(millis.longValue()))
                : Optional.empty();
    }

    /** What was tried. */
    private record Tries(int attempts, int timeouts, Duration waited, Duration next) {}

    private OxException told(String operation, OxException e, Tries tries) {
        if (e.code().category() != ErrorCategory.PROVIDER) {
            return e;
        }
        String detail =
                switch (e.code()) {
                    case PROVIDER_TIMEOUT ->
                            tries.timeouts() == tries.attempts() && tries.attempts() > 1
                                    ? "no answer after %d attempts of %s"
                                            .formatted(
                                                    tries.attempts(),
                                                    InWords.of(patience.attempt()))
                                    : e.getMessage();
                    case PROVIDER_RATE_LIMITED ->
                            "waited %s, next try in %s"
                                    .formatted(
                                            InWords.of(tries.waited()), InWords.of(tries.next()));
                    case CONTAINER_UNAVAILABLE ->
                            e.context().get("reason") instanceof String reason
                                    ? reason + "; retry in " + InWords.of(tries.next())
                                    : e.getMessage();
                    default -> e.getMessage();
                };
        OxException failure =
                OxException.of(e.code(), "%s sandbox %s failed: %s", provider, operation, detail);
        e.context().forEach(failure::with);
        failure.with("provider", provider)
                .with("operation", operation)
                .with("attempts", tries.attempts())
                .suggest("%s", e.suggestion())
                .admitted(e.admitted())
                .causedBy(e);
        if (isRefusalForNow(e.code())) {
            failure.with("retry_after_ms", tries.next().toMillis());
        }
        return failure;
    }
}
