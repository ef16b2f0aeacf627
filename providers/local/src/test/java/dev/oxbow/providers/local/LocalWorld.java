package dev.oxbow.providers.local;

import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import dev.oxbow.sandbox.kit.Wall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A temporary data folder and what is to be seen of it on the machine. */
final class LocalWorld implements ProviderUnderTest {
    private final Path data;
    private final LocalUnderTest subject;
    private final Optional<LayerJoining.Limits> limits;

    LocalWorld() {
        this(Tier.NAMESPACE, Optional.empty());
    }

    LocalWorld(Tier tier) {
        this(tier, Optional.empty());
    }

    /** One in which layers are joined earlier or later. */
    LocalWorld(LayerJoining.Limits limits) {
        this(Tier.NAMESPACE, Optional.of(limits));
    }

    private LocalWorld(Tier tier, Optional<LayerJoining.Limits> limits) {
        this.limits = limits;
        try {
            data = Files.createTempDirectory("ox-local-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        subject = new LocalUnderTest(data, tier);
    }

    Path data() {
        return data;
    }

    @Override
    public LocalProvider open() {
        return limits.map(l -> new LocalProvider(LocalConfig.of(data), l)).orElseGet(subject::open);
    }

    @Override
    public Set<Wall> walls() {
        return subject.walls();
    }

    /** Only here: nobody who uses Oxbow can have a wall left out. */
    @Override
    public Optional<SandboxProvider> without(Set<Wall> down) {
        if (!Posix.isRoot()) {
            return Optional.empty();
        }
        Set<LocalWall> walls = EnumSet.allOf(LocalWall.class);
        walls.removeIf(wall -> down.contains(Wall.valueOf(wall.name())));
        return Optional.of(new LocalProvider(LocalConfig.of(data), walls));
    }

    @Override
    public Set<String> residue() {
        return subject.residue();
    }

    @Override
    public boolean crash(SandboxId sandbox) {
        return subject.crash(sandbox);
    }

    @Override
    public Optional<Elsewhere> elsewhere() {
        return subject.elsewhere();
    }

    /** With all that is in it: its folder alone would leave processes behind. */
    @Override
    public void close() {
        try (LocalProvider last = open()) {
            last.list(Labels.NONE).forEach(sandbox -> last.destroy(sandbox.id()));
        } finally {
            subject.close();
        }
    }
}
