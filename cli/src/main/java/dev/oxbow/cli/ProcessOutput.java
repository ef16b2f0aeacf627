package dev.oxbow.cli;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.SandboxProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The streams of a process joined to those of {@code ox}, until it ends or the user leaves it. */
final class ProcessOutput {
    private static final int SIGNAL_BASE = 128;
    private static final int BUFFER = 64 << 10;
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Surroundings surroundings;
    private final SandboxProcess process;
    private final Consumer<String> notes;

    ProcessOutput(Surroundings surroundings, SandboxProcess process, Consumer<String> notes) {
        this.surroundings = surroundings;
        this.process = process;
        this.notes = notes;
    }

    /**
     * Gives standard input to the process from now on. Reading it blocks for as long as it likes,
     * so it has a thread of its own.
     */
    void feed(boolean verbose) {
        Thread.ofPlatform().name("stdin").daemon().start(() -> pump(verbose));
    }

    private void pump(boolean verbose) {
        byte[] buffer = new byte[BUFFER];
        try {
            int count;
            while ((count = surroundings.in().read(buffer)) >= 0) {
                if (count > 0) {
                    process.write(Arrays.copyOf(buffer, count));
                }
            }
            process.closeStdin();
        } catch (IOException | OxException e) {
            // The command has ended, or never wanted input: its exit code tells the rest.
            if (verbose) {
                notes.accept("ox: input: " + SafeText.line(String.valueOf(e.getMessage()), 200));
            }
        }
    }

    /** Copies output until the end; empty if the user has left before. */
    Optional<ProcessExit> copy(Cursor from, BooleanSupplier left) throws InterruptedException {
        try (OutputReader reader = process.read(from)) {
            while (!left.getAsBoolean()) {
                Optional<OutputFrame> next = reader.next(Deadline.in(LOOK));
                if (next.isEmpty()) {
                    continue;
                }
                switch (next.get()) {
                    case OutputFrame.Data data -> write(data);
                    case OutputFrame.Gap gap ->
                            notes.accept(
                                    "ox: "
                                            + (gap.to() - gap.from())
                                            + " bytes of output were lost");
                    case OutputFrame.Exit end -> {
                        return Optional.of(end.exit());
                    }
                }
            }
            return Optional.empty();
        }
    }

    private void write(OutputFrame.Data data) {
        PrintStream stream =
                switch (data.channel()) {
                    case STDOUT -> surroundings.out();
                    case STDERR -> surroundings.err();
                };
        if (surroundings.terminal()) {
            String text = new String(data.bytes(), StandardCharsets.UTF_8);
            stream.print(
                    surroundings.colour() ? SafeText.cleanButColoured(text) : SafeText.clean(text));
        } else {
            stream.write(data.bytes(), 0, data.bytes().length);
        }
        stream.flush();
    }

    /** The exit code of {@code ox} for the end of a command. */
    static int exitCode(ProcessExit exit, Consumer<String> notes) {
        return switch (exit.reason()) {
            case DEADLINE -> {
                notes.accept("ox: the command ran longer than --timeout and was stopped");
                yield 124;
            }
            case SANDBOX_LOST ->
                    throw OxException.of(
                            ErrorCode.SANDBOX_CRASHED, "the sandbox ended under the command");
            case EXITED, SIGNALLED -> {
                if (exit.oomKilled()) {
                    notes.accept("ox: the memory limit was reached");
                }
                yield exit.exitCode().isPresent()
                        ? exit.exitCode().getAsInt()
                        : SIGNAL_BASE + exit.signal().orElse(9);
            }
        };
    }
}
