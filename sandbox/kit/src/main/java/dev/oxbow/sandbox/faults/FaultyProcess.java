package dev.oxbow.sandbox.faults;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import java.time.Duration;
import java.util.Optional;

/** A process over a bad connection. */
final class FaultyProcess implements SandboxProcess {
    private final Injection injection;
    private final SandboxId sandbox;
    private final SandboxProcess real;

    FaultyProcess(Injection injection, SandboxId sandbox, SandboxProcess real) {
        this.injection = injection;
        this.sandbox = sandbox;
        this.real = real;
    }

    @Override
    public ProcessId id() {
        return real.id();
    }

    @Override
    public ProcessSpec spec() {
        return real.spec();
    }

    @Override
    public Optional<ProcessExit> exit() {
        return injection.call(Operation.EXIT, sandbox, real::exit);
    }

    @Override
    public Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException {
        Optional<ProcessExit> known = exit();
        return known.isPresent() ? known : real.awaitExit(deadline);
    }

    @Override
    public OutputReader read(Cursor from) {
        return injection.open(
                Operation.ATTACH,
                sandbox,
                cuts -> new FaultyReader(injection, real.read(from), cuts));
    }

    @Override
    public void write(byte[] bytes) {
        injection.run(Operation.STDIN, sandbox, () -> real.write(bytes));
    }

    @Override
    public void write(long offset, byte[] bytes) {
        injection.run(Operation.STDIN, sandbox, () -> real.write(offset, bytes));
    }

    @Override
    public long written() {
        return real.written();
    }

    @Override
    public void closeStdin() {
        injection.run(Operation.CLOSE_STDIN, sandbox, real::closeStdin);
    }

    @Override
    public void signal(Signal signal) {
        injection.run(Operation.SIGNAL, sandbox, () -> real.signal(signal));
    }

    @Override
    public ProcessExit terminate(Duration grace) throws InterruptedException {
        injection.run(Operation.SIGNAL, sandbox, () -> {});
        return real.terminate(grace);
    }
}
