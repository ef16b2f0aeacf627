package dev.oxbow.bench;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes a sandbox, has it say something, and destroys it. */
final class Cycles implements Tasks {
    private final SandboxProvider provider;
    private final int threads;
    private final Tally tally = new Tally();

    Cycles(SandboxProvider provider, int threads) {
        this.provider = provider;
        this.threads = threads;
    }

    @Override
    public String title() {
        return "create, exec, destroy";
    }

    @Override
    public void run(int most, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        AtomicInteger left = new AtomicInteger(most);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                pool.execute(() -> {
                    while (left.getAndDecrement() > 0 && System.nanoTime() - end < 0) {
                        once();
                    }
                });
            }
        }
    }

    private void once() {
        SandboxId id = SandboxId.next();
        tally.making(id.value());
        try {
            cycle(id);
            tally.did("cycle");
        } catch (Exception e) {
            tally.failed(id.value(), e);
        }
    }

    private void cycle(SandboxId id) throws Exception {
        try {
            Sandbox sandbox = provider.create(SandboxSpec.of(id));
            SandboxProcess process = sandbox.exec(ProcessSpec.of("echo", id.value()));
            StringBuilder said = new StringBuilder();
            try (OutputReader output = process.read(Cursor.START)) {
                while (output.next(Deadline.in(OurStarts.PATIENCE)).orElseThrow()
                        instanceof OutputFrame.Data data) {
                    said.append(new String(data.bytes(), StandardCharsets.US_ASCII));
                }
            }
            OurStarts.succeed(process);
            if (!said.toString().strip().equals(id.value())) {
                throw new IOException("it said '" + said + "'");
            }
        } finally {
            provider.destroy(id);
        }
    }

    @Override
    public Tally tally() {
        return tally;
    }
}
