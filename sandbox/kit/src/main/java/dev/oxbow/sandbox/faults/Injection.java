package dev.oxbow.sandbox.faults;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.TimeSource;
import dev.oxbow.sandbox.SandboxProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Counts calls and lets go wrong what the script says. Safe for concurrent use. */
final class Injection {
    private static final Duration FOR_EVER = Duration.ofHours(1);
    private static final Duration LET_GO = Duration.ofSeconds(10);

    private final SandboxProvider real;
    private final FaultScript script;
    private final TimeSource time;
    private final Victims victims;
    private final Map<Operation, Integer> calls = new EnumMap<>(Operation.class);

    Injection(SandboxProvider real, FaultScript script, TimeSource time, Victims victims) {
        this.real = real;
        this.script = script;
        this.time = time;
        this.victims = victims;
    }

    /** How often an operation was called. */
    int calls(Operation operation) {
        synchronized (calls) {
            return calls.getOrDefault(operation, 0);
        }
    }

    private List<Fault> next(Operation operation) {
        int number;
        synchronized (calls) {
            number = calls.merge(operation, 1, Integer::sum);
        }
        return script.faults(operation, number);
    }

    /** A call without an answer of its own. */
    void run(Operation operation, SandboxId about, Runnable act) {
        var _ =
                call(
                        operation,
                        Optional.of(about),
                        () -> {
                            act.run();
                            return "";
                        },
                        _ -> Optional.of(""));
    }

    /** A call about which no lie can be told. */
    <T> T call(Operation operation, SandboxId about, Supplier<T> act) {
        return call(operation, Optional.of(about), act, _ -> Optional.empty());
    }

    /**
     * A call.
     *
     * @param about the sandbox it concerns
     * @param lies the false answer for a word; empty if the word means nothing here
     */
    <T> T call(
            Operation operation,
            Optional<SandboxId> about,
            Supplier<T> act,
            Function<String, Optional<T>> lies) {
        List<Fault> after = new ArrayList<>();
        for (Fault fault : next(operation)) {
            switch (fault) {
                case Fault.Delay(Duration by) -> pass(operation, by);
                case Fault.Fail(ErrorCode code, String message, Map<String, Object> context) ->
                        throw failure(operation, code, message, context);
                case Fault.Fill() ->
                        throw failure(
                                operation, ErrorCode.NO_SPACE, "No space left on device", Map.of());
                case Fault.Clock(Duration by) -> jump(by);
                case Fault.Kill(int signal, String target) ->
                        kill(operation, signal, target, about);
                case Fault.Vanish() -> about.ifPresent(real::destroy);
                case Fault.HalfOpen() -> {
                    pass(operation, FOR_EVER);
                    throw unanswered(operation);
                }
                case Fault.Lie(String value) -> {
                    Optional<T> lie = lies.apply(value);
                    if (lie.isPresent()) {
                        return lie.get();
                    }
                    throw new IllegalStateException(
                            "nobody can say '" + value + "' for " + operation.word());
                }
                case Fault.Hang _, Fault.Reset _, Fault.Truncate _, Fault.Garble _, Fault.Lost _ ->
                        after.add(fault);
            }
        }
        T answer = act.get();
        for (Fault fault : after) {
            if (fault instanceof Fault.Hang(Duration by)) {
                pass(operation, by);
            } else {
                throw unanswered(operation);
            }
        }
        return answer;
    }

    /**
     * A call that opens something bytes come from. What cuts or damages bytes is left to whoever
     * delivers them.
     */
    <T> T open(Operation operation, SandboxId about, Function<Cuts, T> act) {
        Cuts cuts = new Cuts(operation);
        for (Fault fault : next(operation)) {
            switch (fault) {
                case Fault.Delay(Duration by) -> pass(operation, by);
                case Fault.Hang(Duration by) -> pass(operation, by);
                case Fault.Fail(ErrorCode code, String message, Map<String, Object> context) ->
                        throw failure(operation, code, message, context);
                case Fault.Fill() ->
                        throw failure(
                                operation, ErrorCode.NO_SPACE, "No space left on device", Map.of());
                case Fault.Clock(Duration by) -> jump(by);
                case Fault.Kill(int signal, String target) ->
                        cuts.afterFirst(() -> kill(operation, signal, target, Optional.of(about)));
                case Fault.Vanish() -> real.destroy(about);
                case Fault.Lost() -> throw unanswered(operation);
                case Fault.Reset(long bytes) -> cuts.reset(bytes);
                case Fault.Truncate(long bytes) -> cuts.truncate(bytes);
                case Fault.Garble(int pieces) -> cuts.garble(pieces);
                case Fault.HalfOpen() ->
                        cuts.halfOpen(() -> {
                            pass(operation, FOR_EVER);
                            throw unanswered(operation);
                        });
                case Fault.Lie(String value) ->
                        throw new IllegalStateException("bytes cannot say '" + value + "'");
            }
        }
        return act.apply(cuts);
    }

    /** Nothing comes until then. */
    void silence(Deadline deadline) throws InterruptedException {
        Duration left = deadline.remaining();
        time.sleep(left.compareTo(FOR_EVER) > 0 ? FOR_EVER : left);
    }

    /**
     * Time goes by before an answer. On virtual time whoever has lost patience by it gets the
     * chance to say so: that an answer came too late would be left to luck otherwise.
     */
    private void pass(Operation operation, Duration by) {
        try {
            if (time instanceof VirtualTime virtual) {
                if (virtual.advance(by)) {
                    Thread.sleep(LET_GO);
                }
            } else {
                time.sleep(by);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                            ErrorCode.PROVIDER_TIMEOUT,
                            "nobody waited for the answer to %s",
                            operation.word())
                    .admitted(OxException.Admitted.UNKNOWN)
                    .causedBy(e);
        }
    }

    private void jump(Duration by) {
        if (!(time instanceof VirtualTime virtual)) {
            throw new IllegalStateException("only virtual time can be set");
        }
        virtual.jump(by);
    }

    private void kill(Operation operation, int signal, String target, Optional<SandboxId> about) {
        boolean done = about.map(id -> victims.kill(signal, target, id)).orElse(false);
        if (!done) {
            throw new IllegalStateException(
                    "there is no " + target + " to be killed at " + operation.word());
        }
    }

    private static OxException failure(
            Operation operation, ErrorCode code, String message, Map<String, Object> context) {
        OxException failure =
                OxException.of(code, "%s", message).with("operation", operation.word());
        context.forEach(failure::with);
        return failure;
    }

    private static OxException unanswered(Operation operation) {
        return OxException.of(
                        ErrorCode.PROVIDER_UNAVAILABLE,
                        "the connection broke before %s was answered",
                        operation.word())
                .with("operation", operation.word())
                .admitted(OxException.Admitted.UNKNOWN);
    }
}
