package dev.oxbow.engine;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.Garbage;
import dev.oxbow.sandbox.SandboxProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Clears away what nobody needs. Only what Oxbow made by itself is ever removed, and only on proof:
 * a look-up that fails ends the clearing and removes nothing.
 */
final class Clearing {
    /** How many checkpoints of its own Oxbow keeps of each thread. */
    static final int KEPT = 20;

    /** A record this old without a checkpoint is not one that is just being taken. */
    private static final Duration BEING_TAKEN = Duration.ofHours(1);

    private final EngineParts parts;
    private final Checkpoints checkpoints;

    Clearing(EngineParts parts, Checkpoints checkpoints) {
        this.parts = parts;
        this.checkpoints = checkpoints;
    }

    /** A checkpoint that can go, and why. */
    private record Unneeded(CheckpointRecord record, Optional<Checkpoint> there, String reason) {
        Garbage told() {
            return new Garbage(
                    "checkpoint "
                            + record.id()
                            + record.name().map(name -> " (" + name + ")").orElse("")
                            + ": "
                            + reason,
                    there.flatMap(Checkpoint::bytes).orElse(new ByteSize(0)));
        }
    }

    /** Whether there may be checkpoints of sandboxes that are gone; cheap to ask. */
    boolean isDue(Set<SandboxId> there) {
        return parts.checkpoints().all().stream()
                .anyMatch(each -> each.origin().automatic() && !there.contains(each.sandbox()));
    }

    /** Removes what nobody needs of the checkpoints that a provider keeps. */
    List<Garbage> clear(SandboxProvider provider, boolean dryRun) {
        List<Garbage> all = new ArrayList<>();
        if (provider.capabilities().contains(Capability.SNAPSHOT_FS)) {
            for (Unneeded each : unneeded(provider, Optional.empty())) {
                if (!dryRun) {
                    checkpoints.delete(each.record, provider);
                }
                all.add(each.told());
            }
        }
        return all;
    }

    /** Removes what has become too many in one thread. */
    void prune(SandboxProvider provider, ThreadId thread) {
        if (provider.capabilities().contains(Capability.SNAPSHOT_FS)) {
            unneeded(provider, Optional.of(thread))
                    .forEach(each -> checkpoints.delete(each.record, provider));
        }
    }

    private List<Unneeded> unneeded(SandboxProvider provider, Optional<ThreadId> only) {
        Map<CheckpointId, Checkpoint> there = new HashMap<>();
        provider.checkpoints().forEach(each -> there.put(each.id(), each));
        Set<SandboxId> gone = new HashSet<>();
        Set<SandboxId> asked = new HashSet<>();
        List<RunRecord> active = parts.store().runs(RunFilter.ACTIVE);
        Map<ThreadId, Integer> counted = new HashMap<>();
        List<Unneeded> found = new ArrayList<>();
        for (CheckpointRecord record : parts.checkpoints().all().reversed()) {
            boolean ours =
                    record.provider().equals(provider.name())
                            && only.map(record.thread()::equals).orElse(true);
            if (!ours) {
                continue;
            }
            Optional<Checkpoint> kept = Optional.ofNullable(there.get(record.id()));
            if (kept.isEmpty()) {
                if (record.createdAt().isBefore(Instant.now().minus(BEING_TAKEN))) {
                    found.add(new Unneeded(record, kept, "was never taken, or is gone"));
                }
                continue;
            }
            if (!record.origin().automatic()) {
                continue;
            }
            boolean old = counted.merge(record.thread(), 1, Integer::sum) > KEPT;
            if (active.stream().anyMatch(run -> Checkpoints.startsFrom(run, record.id()))) {
                continue;
            }
            // After a run only their number counts: 'ox run --rm' has just removed the sandbox.
            if (only.isEmpty()
                    && asked.add(record.sandbox())
                    && provider.get(record.sandbox()).isEmpty()) {
                gone.add(record.sandbox());
            }
            if (gone.contains(record.sandbox())) {
                found.add(new Unneeded(record, kept, "its sandbox is gone"));
            } else if (old) {
                found.add(
                        new Unneeded(
                                record, kept, "older than the last " + KEPT + " of its thread"));
            }
        }
        return found;
    }
}
