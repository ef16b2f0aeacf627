package dev.oxbow.resilience;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
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
import dev.oxbow.sandbox.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A provider that may be far away, used with patience: every call ends within its deadline, those
 * that may be repeated are, and a stream that was cut goes on where it was. Failures carry the form
 * {@code <provider> sandbox <operation> failed: <detail>}. Safe for concurrent use.
 *
 * <p>What is <em>not</em> done here: nothing is repeated whose effect is unknown unless a key makes
 * it harmless, and a look-up that fails is never answered by a guess.
 */
public final class ResilientProvider implements SandboxProvider {
    private static final int DESTRUCTIONS = 3;

    private final SandboxProvider real;
    private final Calls calls;

    /** That provider, which is closed with this one. */
    public ResilientProvider(SandboxProvider real, Patience patience, TimeSource time) {
        this.real = real;
        this.calls = new Calls(real.name(), patience, time);
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
        return calls.call("examine", Repeat.SAFE, real::examine);
    }

    /** Keyed by the id: asking twice makes one sandbox. */
    @Override
    public Sandbox create(SandboxSpec spec) {
        return patient(calls.call("create", Repeat.KEYED, () -> real.create(spec)));
    }

    @Override
    public Optional<Sandbox> get(SandboxId id) {
        return calls.call("lookup", Repeat.SAFE, () -> real.get(id)).map(this::patient);
    }

    @Override
    public List<Sandbox> list(Labels selector) {
        return calls.call("lookup", Repeat.SAFE, () -> real.list(selector)).stream()
                .map(this::patient)
                .toList();
    }

    /**
     * Asks until the sandbox is proven to be gone: an answer that it was done does not count.
     *
     * @throws OxException {@code DESTROY_FAILED} if it still stands after several attempts
     */
    @Override
    public void destroy(SandboxId id) {
        for (int attempt = 1; ; attempt++) {
            String cause;
            OxException.Admitted admitted = OxException.Admitted.UNKNOWN;
            try {
                calls.run("destroy", Repeat.NEVER, () -> real.destroy(id));
                if (get(id).isEmpty()) {
                    return;
                }
                cause = "it is still listed";
            } catch (OxException e) {
                if (!e.code().retryable() && e.code() != ErrorCode.OPERATION_INTERRUPTED) {
                    throw e;
                }
                cause = Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse("");
                cause = cause.isEmpty() ? e.getMessage() : cause;
                admitted = e.admitted();
            }
            if (attempt == DESTRUCTIONS || Thread.currentThread().isInterrupted()) {
                throw OxException.of(
                                ErrorCode.DESTROY_FAILED,
                                "%s sandbox destroy failed: attempt %d failed (%s); will retry;"
                                        + " still billed",
                                name(),
                                attempt,
                                cause)
                        .with("provider", name())
                        .with("operation", "destroy")
                        .with("sandbox", id.value())
                        .with("attempts", attempt)
                        .admitted(admitted);
            }
            pause(calls.patience().pause(attempt));
        }
    }

    @Override
    public Optional<Checkpoint> checkpoint(CheckpointId id) {
        return calls.call("lookup", Repeat.SAFE, () -> real.checkpoint(id));
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return calls.call("lookup", Repeat.SAFE, real::checkpoints);
    }

    @Override
    public void deleteCheckpoint(CheckpointId id) {
        calls.run("deleteCheckpoint", Repeat.KEYED, () -> real.deleteCheckpoint(id));
    }

    @Override
    public List<Garbage> collect(boolean dryRun) {
        return calls.call("collect", Repeat.KEYED, () -> real.collect(dryRun));
    }

    private void pause(Duration time) {
        try {
            calls.time().sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Sandbox patient(Sandbox sandbox) {
        return new ResilientSandbox(calls, sandbox);
    }

    @Override
    public void close() {
        real.close();
    }
}
