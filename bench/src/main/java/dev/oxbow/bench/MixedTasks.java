package dev.oxbow.bench;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Garbage;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Everything that can be done with a sandbox, in random order, by several threads with a sandbox
 * each. What comes out is checked each time.
 */
final class MixedTasks implements Tasks {
    /** Steps of one sandbox before it is replaced by a new one. */
    private static final int LIFE = 40;

    private final SandboxProvider provider;
    private final Path data;
    private final int threads;
    private final AtomicInteger seeds = new AtomicInteger();
    private final Tally tally = new Tally();

    MixedTasks(SandboxProvider provider, Path data, int threads) {
        this.provider = provider;
        this.data = data;
        this.threads = threads;
    }

    @Override
    public String title() {
        return "mixed steps";
    }

    /** One kind of step. */
    @FunctionalInterface
    private interface Step {
        void take(SoakedSandbox sandbox) throws Exception;
    }

    private Map<String, Step> steps() {
        Map<String, Step> steps = new LinkedHashMap<>();
        steps.put("exec", SoakedSandbox::exec);
        steps.put("input", SoakedSandbox::input);
        steps.put("output", SoakedSandbox::output);
        steps.put("files", SoakedSandbox::files);
        steps.put("terminal", SoakedSandbox::terminal);
        steps.put("kill", SoakedSandbox::kill);
        steps.put("pause", SoakedSandbox::pause);
        steps.put("restart", SoakedSandbox::restart);
        steps.put("second provider", this::secondProvider);
        if (provider.capabilities().contains(Capability.ROLLBACK_INPLACE)) {
            steps.put("checkpoint and rollback", this::rollback);
            steps.put("fork", this::fork);
        }
        return steps;
    }

    @Override
    public void run(int most, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        AtomicInteger left = new AtomicInteger(most);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                pool.execute(() -> {
                    while (left.get() > 0 && System.nanoTime() - end < 0) {
                        life(new Random(seeds.incrementAndGet()), left, end);
                    }
                });
            }
        }
        for (Sandbox sandbox : provider.list(Labels.NONE)) {
            provider.destroy(sandbox.id());
        }
        for (Checkpoint checkpoint : provider.checkpoints()) {
            provider.deleteCheckpoint(checkpoint.id());
        }
        List<Garbage> unusedGarbage = provider.collect(false);
    }

    private Sandbox create(Optional<CheckpointId> from) {
        SandboxId id = SandboxId.next();
        tally.making(id.value());
        SandboxSpec spec = SandboxSpec.of(id);
        return provider.create(from.map(spec::from).orElse(spec));
    }

    /** One sandbox from its making to its end. */
    private void life(Random random, AtomicInteger left, long end) {
        Map<String, Step> steps = steps();
        List<String> names = new ArrayList<>(steps.keySet());
        String name = "create";
        try {
            SoakedSandbox sandbox = new SoakedSandbox(create(Optional.empty()), random);
            try {
                for (int i = 0; i < LIFE && left.getAndDecrement() > 0; i++) {
                    if (System.nanoTime() - end >= 0) {
                        return;
                    }
                    name = names.get(random.nextInt(names.size()));
                    Optional.ofNullable(steps.get(name)).orElseThrow().take(sandbox);
                    tally.did(name);
                }
                name = "destroy";
            } finally {
                provider.destroy(sandbox.id());
            }
        } catch (Exception e) {
            // A sandbox with which something went wrong is given up; the next one begins anew.
            tally.failed(name, e);
        }
    }

    /** Another provider on the same folder sees the same. */
    private void secondProvider(SoakedSandbox sandbox) throws Exception {
        try (LocalProvider other = new LocalProvider(LocalConfig.of(data))) {
            new SoakedSandbox(other.get(sandbox.id()).orElseThrow(), new Random(1)).exec();
        }
    }

    private void rollback(SoakedSandbox sandbox) throws Exception {
        sandbox.files();
        Checkpoint checkpoint =
                sandbox.sandbox().checkpoint(CheckpointSpec.of(CheckpointId.next()));
        byte[] then = sandbox.content();
        sandbox.files();
        int unusedIncarnation = sandbox.sandbox().rollback(checkpoint.id()).incarnation();
        sandbox.expect(then);
        provider.deleteCheckpoint(checkpoint.id());
    }

    private void fork(SoakedSandbox sandbox) throws Exception {
        sandbox.files();
        Checkpoint checkpoint =
                sandbox.sandbox().checkpoint(CheckpointSpec.of(CheckpointId.next()));
        Sandbox made = create(Optional.of(checkpoint.id()));
        try {
            SoakedSandbox fork = new SoakedSandbox(made, new Random(2));
            fork.expect(sandbox.content());
            fork.exec();
        } finally {
            provider.destroy(made.id());
            provider.deleteCheckpoint(checkpoint.id());
        }
    }

    @Override
    public Tally tally() {
        return tally;
    }
}
