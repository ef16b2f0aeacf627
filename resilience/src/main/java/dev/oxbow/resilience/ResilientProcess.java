package dev.oxbow.resilience;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import java.time.Duration;
import java.util.Optional;

/** A process in a sandbox that may be far away. */
final class ResilientProcess implements SandboxProcess {
    private final Calls calls;
    private final SandboxProcess real;

    ResilientProcess(Calls calls, SandboxProcess real) {
        this.calls = calls;
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
        return calls.call("exit", Repeat.SAFE, real::exit);
    }

    /** Waits with the caller's own patience, in pieces, so that a dead connection is noticed. */
    @Override
    public Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException {
        while (true) {
            Optional<ProcessExit> exit = real.awaitExit(deadline.orIn(calls.patience().silence()));
            if (exit.isPresent() || deadline.expired()) {
                return exit.or(this::exit);
            }
        }
    }

    @Override
    public OutputReader read(Cursor from) {
        return new ResilientReader(calls, real, from, open(from));
    }

    private OutputReader open(Cursor from) {
        return calls.call("attach", Repeat.SAFE, () -> real.read(from));
    }

    /** Never repeated once it may have arrived: what is typed twice was not typed. */
    @Override
    public void write(byte[] bytes) {
        try {
            calls.run("stdin", Repeat.ONCE, () -> real.write(bytes));
        } catch (OxException e) {
            if (e.admitted() != OxException.Admitted.UNKNOWN) {
                throw e;
            }
            throw OxException.of(
                            ErrorCode.OPERATION_INTERRUPTED,
                            "nobody knows whether %d bytes of input arrived; not repeated",
                            bytes.length)
                    .with("operation", "stdin")
                    .with("retryable", false)
                    .admitted(OxException.Admitted.UNKNOWN)
                    .causedBy(e);
        }
    }

    /** Repeated: bytes that did arrive are skipped. */
    @Override
    public void write(long offset, byte[] bytes) {
        calls.run("stdin", Repeat.KEYED, () -> real.write(offset, bytes));
    }

    @Override
    public long written() {
        return calls.call("written", Repeat.SAFE, real::written);
    }

    @Override
    public void closeStdin() {
        calls.run("closeStdin", Repeat.KEYED, real::closeStdin);
    }

    @Override
    public void signal(Signal signal) {
        calls.run("signal", Repeat.KEYED, () -> real.signal(signal));
    }

    @Override
    public ProcessExit terminate(Duration grace) throws InterruptedException {
        signal(Signal.TERM);
        Optional<ProcessExit> exit = awaitExit(Deadline.in(grace));
        if (exit.isPresent()) {
            return exit.get();
        }
        return real.terminate(Duration.ZERO);
    }
}
