package dev.oxbow.sandbox.faults;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.TimeSource;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.Garbage;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Tier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Any provider behind a bad connection: what passes through it goes wrong as a script says, and all
 * else goes through. Its sandboxes, processes, streams and files are wrapped as well. Safe for
 * concurrent use; calls are counted over all threads.
 */
public final class FaultyProvider implements SandboxProvider {
    private final SandboxProvider real;
    private final Injection injection;
    private final Map<Labels, List<Sandbox>> listed = new HashMap<>();

    private FaultyProvider(SandboxProvider real, Injection injection) {
        this.real = real;
        this.injection = injection;
    }

    /** That provider with a script in which nobody is killed. */
    public static FaultyProvider around(SandboxProvider real, FaultScript script, TimeSource time) {
        return around(real, script, time, Victims.none());
    }

    /**
     * That provider, which is closed with this one.
     *
     * @param time in which faults last; {@code clock} needs a {@link VirtualTime}
     * @param victims who carries out {@code kill}
     */
    public static FaultyProvider around(
            SandboxProvider real, FaultScript script, TimeSource time, Victims victims) {
        return new FaultyProvider(real, new Injection(real, script, time, victims));
    }

    /** How often an operation has been called through this object. */
    public int calls(Operation operation) {
        return injection.calls(operation);
    }

    /** What stands behind, with nothing in the way. */
    public SandboxProvider real() {
        return real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public Set<Capability> capabilities() {
        return real.capabilities();
    }

    @Override
    public Set<Capability> capabilities(Tier tier) {
        return real.capabilities(tier);
    }

    @Override
    public Tier tier() {
        return real.tier();
    }

    @Override
    public Set<Tier> tiers() {
        return real.tiers();
    }

    @Override
    public List<Finding> examine() {
        return real.examine();
    }

    @Override
    public Sandbox create(SandboxSpec spec) {
        return injection.call(
                Operation.CREATE,
                Optional.of(spec.id()),
                () -> faulty(real.create(spec)),
                word -> FaultySandbox.state(word).map(state -> saying(real.create(spec), state)));
    }

    @Override
    public Optional<Sandbox> get(SandboxId id) {
        return injection.call(
                Operation.GET,
                Optional.of(id),
                () -> real.get(id).map(this::faulty),
                word -> falseAnswer(id, word));
    }

    private Optional<Optional<Sandbox>> falseAnswer(SandboxId id, String word) {
        if (word.equals("empty")) {
            return Optional.of(Optional.empty());
        }
        Optional<SandboxState> state = FaultySandbox.state(word);
        if (state.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(real.get(id).map(sandbox -> saying(sandbox, state.get())));
    }

    @Override
    public List<Sandbox> list(Labels selector) {
        return injection.call(
                Operation.LIST,
                Optional.empty(),
                () -> remembered(selector),
                word ->
                        switch (word) {
                            case "empty" -> Optional.of(List.of());
                            case "stale" -> Optional.of(before(selector));
                            default ->
                                    FaultySandbox.state(word)
                                            .map(state -> all(selector, Optional.of(state)));
                        });
    }

    private List<Sandbox> remembered(Labels selector) {
        List<Sandbox> now = all(selector, Optional.empty());
        synchronized (listed) {
            listed.put(selector, now);
        }
        return now;
    }

    private List<Sandbox> before(Labels selector) {
        synchronized (listed) {
            return listed.getOrDefault(selector, List.of());
        }
    }

    private List<Sandbox> all(Labels selector, Optional<SandboxState> said) {
        return real.list(selector).stream()
                .<Sandbox>map(sandbox -> new FaultySandbox(injection, sandbox, said))
                .toList();
    }

    @Override
    public void destroy(SandboxId id) {
        injection.run(Operation.DESTROY, id, () -> real.destroy(id));
    }

    @Override
    public Optional<Checkpoint> checkpoint(CheckpointId id) {
        return injection.call(
                Operation.LIST_CHECKPOINTS,
                Optional.empty(),
                () -> real.checkpoint(id),
                word ->
                        word.equals("empty")
                                ? Optional.of(Optional.<Checkpoint>empty())
                                : Optional.empty());
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return injection.call(
                Operation.LIST_CHECKPOINTS,
                Optional.empty(),
                real::checkpoints,
                word ->
                        word.equals("empty")
                                ? Optional.of(List.<Checkpoint>of())
                                : Optional.empty());
    }

    @Override
    public void deleteCheckpoint(CheckpointId id) {
        var _ =
                injection.call(
                        Operation.DELETE_CHECKPOINT,
                        Optional.empty(),
                        () -> {
                            real.deleteCheckpoint(id);
                            return id;
                        },
                        _ -> Optional.of(id));
    }

    @Override
    public List<Garbage> collect(boolean dryRun) {
        return injection.call(
                Operation.COLLECT,
                Optional.empty(),
                () -> real.collect(dryRun),
                _ -> Optional.of(List.of()));
    }

    private Sandbox faulty(Sandbox sandbox) {
        return new FaultySandbox(injection, sandbox, Optional.empty());
    }

    private Sandbox saying(Sandbox sandbox, SandboxState state) {
        return new FaultySandbox(injection, sandbox, Optional.of(state));
    }

    @Override
    public void close() {
        real.close();
    }
}
