package dev.oxbow.providers.fake;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.Garbage;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Tier;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A view of a {@link FakeWorld} through the port. Holds nothing; safe for concurrent use. */
public final class FakeProvider implements SandboxProvider {
    static final String NAME = "fake";

    private final FakeWorld world;

    /** A further view of that world. */
    public FakeProvider(FakeWorld world) {
        this.world = world;
    }

    @Override
    public String name() {
        return world.name();
    }

    @Override
    public Set<Capability> capabilities() {
        return world.capabilities();
    }

    @Override
    public Tier tier() {
        return Tier.PROCESS;
    }

    @Override
    public List<Finding> examine() {
        return List.of(new Finding("walls", Finding.Status.REDUCED, "none: a fake for tests", ""));
    }

    @Override
    public Sandbox create(SandboxSpec spec) {
        Tier wanted = spec.tier().orElse(tier());
        if (!tier().satisfies(wanted)) {
            throw wanted.refusedBy(name(), tiers());
        }
        return new FakeSandbox(world, world.create(spec).id());
    }

    @Override
    public Optional<Sandbox> get(SandboxId id) {
        world.fault("get");
        return world.entry(id).map(entry -> new FakeSandbox(world, entry.id()));
    }

    @Override
    public List<Sandbox> list(Labels selector) {
        if (!selector.values().isEmpty()
                && !world.capabilities().contains(Capability.LABELS_FILTER)) {
            throw Capability.LABELS_FILTER.refusedBy(world.name());
        }
        world.fault("list");
        return world.entries().stream()
                .filter(entry -> entry.hasLabels(selector))
                .<Sandbox>map(entry -> new FakeSandbox(world, entry.id()))
                .toList();
    }

    @Override
    public void destroy(SandboxId id) {
        world.fault("destroy");
        world.destroy(id);
    }

    @Override
    public Optional<Checkpoint> checkpoint(CheckpointId id) {
        world.require(Capability.SNAPSHOT_FS);
        world.fault("checkpoints");
        return world.checkpoints().find(id).map(FakeCheckpoints.Kept::checkpoint);
    }

    @Override
    public List<Checkpoint> checkpoints() {
        world.require(Capability.SNAPSHOT_FS);
        world.fault("checkpoints");
        return world.checkpoints().list();
    }

    @Override
    public void deleteCheckpoint(CheckpointId id) {
        world.require(Capability.SNAPSHOT_FS);
        world.fault("deleteCheckpoint");
        world.checkpoints().delete(id);
    }

    @Override
    public List<Garbage> collect(boolean dryRun) {
        // Copies belong to one checkpoint each and go with it.
        return List.of();
    }

    @Override
    public void close() {
        // The world belongs to whoever made it.
    }
}
