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
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Sandboxes of ours. */
final class OurStarts implements Starts {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final SandboxProvider provider;
    private final String command;

    OurStarts(SandboxProvider provider, String command) {
        this.provider = provider;
        this.command = command;
    }

    @Override
    public String name() {
        return "oxbow";
    }

    @Override
    public String tier() {
        return provider.tier().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Start next() {
        return new Ours(SandboxId.next());
    }

    /** Waits for the end of a command that must succeed. */
    static void succeed(SandboxProcess process) throws IOException, InterruptedException {
        var exit =
                process.awaitExit(Deadline.in(PATIENCE))
                        .orElseThrow(() -> new IOException("no end within two minutes"));
        if (!exit.success()) {
            throw new IOException("ended without success: " + exit);
        }
    }

    private final class Ours implements Start {
        private final SandboxId id;
        private Optional<SandboxProcess> process = Optional.empty();

        Ours(SandboxId id) {
            this.id = id;
        }

        @Override
        public void untilOutput() throws Exception {
            Sandbox sandbox = provider.create(SandboxSpec.of(id));
            SandboxProcess started = sandbox.exec(ProcessSpec.of("sh", "-c", command));
            process = Optional.of(started);
            try (OutputReader output = started.read(Cursor.START)) {
                OutputFrame frame =
                        output.next(Deadline.in(PATIENCE))
                                .orElseThrow(() -> new IOException("no output"));
                if (!(frame instanceof OutputFrame.Data)) {
                    throw new IOException("ended without output: " + frame);
                }
            }
        }

        @Override
        public void verify() throws Exception {
            succeed(process.orElseThrow());
        }

        @Override
        public void remove() {
            provider.destroy(id);
        }
    }
}
