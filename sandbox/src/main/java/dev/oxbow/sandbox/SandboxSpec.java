package dev.oxbow.sandbox;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The sandbox that is wanted.
 *
 * @param id chosen by the caller, the idempotency key of the creation
 * @param labels its first labels
 * @param limits what it may use at most
 * @param readOnly host directories shown read-only inside: absolute path inside → absolute path on
 *     the host; how installed agents come to {@link Sandbox#AGENTS}
 * @param from the checkpoint that its files begin as: a fork. Nothing else comes from there, no
 *     label, no limit, no process. Empty for empty directories
 * @param lifetime when it rests and ends by itself
 * @param tier the least strength of its walls; empty for what the provider usually builds
 */
public record SandboxSpec(
        SandboxId id,
        Labels labels,
        Limits limits,
        Map<String, Path> readOnly,
        Optional<CheckpointId> from,
        Lifetime lifetime,
        Optional<Tier> tier) {
    /** Copies the map. */
    public SandboxSpec {
        readOnly = Map.copyOf(readOnly);
    }

    /** A sandbox with default limits and lifetime, no labels and nothing shown. */
    public static SandboxSpec of(SandboxId id) {
        return new SandboxSpec(
                id,
                Labels.NONE,
                Limits.DEFAULT,
                Map.of(),
                Optional.empty(),
                Lifetime.DEFAULT,
                Optional.empty());
    }

    /** The same with other labels. */
    public SandboxSpec withLabels(Labels value) {
        return new SandboxSpec(id, value, limits, readOnly, from, lifetime, tier);
    }

    /** The same with other limits. */
    public SandboxSpec withLimits(Limits value) {
        return new SandboxSpec(id, labels, value, readOnly, from, lifetime, tier);
    }

    /** The same with other directories shown. */
    public SandboxSpec withReadOnly(Map<String, Path> value) {
        return new SandboxSpec(id, labels, limits, value, from, lifetime, tier);
    }

    /** The same as a fork of that checkpoint. */
    public SandboxSpec from(CheckpointId checkpoint) {
        return new SandboxSpec(
                id, labels, limits, readOnly, Optional.of(checkpoint), lifetime, tier);
    }

    /** The same with another lifetime. */
    public SandboxSpec withLifetime(Lifetime value) {
        return new SandboxSpec(id, labels, limits, readOnly, from, value, tier);
    }

    /** The same behind other walls. */
    public SandboxSpec withTier(Tier atLeast) {
        return new SandboxSpec(id, labels, limits, readOnly, from, lifetime, Optional.of(atLeast));
    }
}
