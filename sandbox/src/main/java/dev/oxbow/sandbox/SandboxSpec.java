package dev.oxbow.sandbox;

import dev.oxbow.base.SandboxId;
import java.nio.file.Path;
import java.util.Map;

/**
 * The sandbox that is wanted.
 *
 * @param id chosen by the caller, the idempotency key of the creation
 * @param labels its first labels
 * @param limits what it may use at most
 * @param readOnly host directories shown read-only inside: absolute path inside → absolute path on
 *     the host; how installed agents come to {@link Sandbox#AGENTS}
 */
public record SandboxSpec(SandboxId id, Labels labels, Limits limits, Map<String, Path> readOnly) {
    /** Copies the map. */
    public SandboxSpec {
        readOnly = Map.copyOf(readOnly);
    }

    /** A sandbox with default limits, no labels and nothing shown. */
    public static SandboxSpec of(SandboxId id) {
        return new SandboxSpec(id, Labels.NONE, Limits.DEFAULT, Map.of());
    }

    /** The same with other labels. */
    public SandboxSpec withLabels(Labels value) {
        return new SandboxSpec(id, value, limits, readOnly);
    }

    /** The same with other limits. */
    public SandboxSpec withLimits(Limits value) {
        return new SandboxSpec(id, labels, value, readOnly);
    }

    /** The same with other directories shown. */
    public SandboxSpec withReadOnly(Map<String, Path> value) {
        return new SandboxSpec(id, labels, limits, value);
    }
}
