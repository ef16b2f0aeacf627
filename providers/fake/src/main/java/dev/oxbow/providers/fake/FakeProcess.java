package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessExit.Reason;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** A process of a fake sandbox, whatever runs it. */
final class FakeProcess implements SandboxProcess {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ProcessSpec spec;
    private final int wanted;
    private final Spool spool;
    private final Execution execution;
    private final Runnable use;
    private final Runnable ended;
    private final Set<Signal> sent = EnumSet.noneOf(Signal.class);
    private final ReentrantLock input = new ReentrantLock();
    private volatile long given;
    private Reason reason = Reason.EXITED;

    /**
     * Starts to watch an execution that has begun.
     *
     * @param use called before it is given input or a signal from outside
     * @param ended called when it has ended
     */
    FakeProcess(ProcessSpec spec, Spool spool, Execution execution, Runnable use, Runnable ended) {
        this.spec = withoutSecrets(spec);
        this.wanted = spec.hashCode();
        this.spool = spool;
        this.execution = execution;
        this.use = use;
        this.ended = ended;
        Thread.ofVirtual().name("fake-process-" + spec.id()).start(this::supervise);
    }

    static ProcessSpec withoutSecrets(ProcessSpec spec) {
        Map<String, String> names = new TreeMap<>();
        spec.env().keySet().forEach(name -> names.put(name, ""));
        return spec.withEnv(names);
    }

    private void supervise() {
        try {
            OptionalInt code =
                    execution.awaitEnd(
                            spec.deadline().map(Deadline::in).orElseGet(Deadline::never));
            if (code.isEmpty()) {
                blame(Reason.DEADLINE);
                code = end(GRACE);
            }
            execution.finish();
            ended.run();
            int last = code.orElse(128 + Signal.KILL.number());
            spool.finish((out, err) -> exitRecord(last, out, err));
        } catch (InterruptedException e) {
            spool.finish((out, err) ->
                    new ProcessExit(
                            OptionalInt.empty(),
                            OptionalInt.empty(),
                            false,
                            Reason.SANDBOX_LOST,
                            out,
                            err));
        }
    }

    private synchronized ProcessExit exitRecord(int code, long out, long err) {
        OptionalInt signal =
                sent.stream().mapToInt(Signal::number).filter(n -> code == 128 + n).findFirst();
        if (reason == Reason.EXITED && signal.isPresent()) {
            reason = Reason.SIGNALLED;
        }
        return new ProcessExit(OptionalInt.of(code), signal, false, reason, out, err);
    }

    /** Whether an exec with this spec means this process. */
    boolean isFrom(ProcessSpec other) {
        return wanted == other.hashCode();
    }

    private synchronized void blame(Reason cause) {
        if (reason == Reason.EXITED) {
            reason = cause;
        }
    }

    private OptionalInt end(Duration grace) throws InterruptedException {
        send(Signal.TERM);
        OptionalInt code = execution.awaitEnd(Deadline.in(grace));
        if (code.isEmpty()) {
            send(Signal.KILL);
            code = execution.awaitEnd(Deadline.in(GRACE));
        }
        return code;
    }

    private void send(Signal signal) {
        synchronized (this) {
            sent.add(signal);
        }
        execution.signal(signal);
    }

    /** Ends it because its sandbox ends. */
    void lose() throws InterruptedException {
        if (exit().isEmpty()) {
            blame(Reason.SANDBOX_LOST);
            send(Signal.KILL);
            var _ = awaitExit(Deadline.in(GRACE));
        }
    }

    @Override
    public ProcessId id() {
        return spec.id();
    }

    @Override
    public ProcessSpec spec() {
        return spec;
    }

    @Override
    public Optional<ProcessExit> exit() {
        return spool.exit();
    }

    @Override
    public Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException {
        return spool.awaitExit(deadline);
    }

    @Override
    public OutputReader read(Cursor from) {
        return spool.read(from);
    }

    @Override
    public void write(byte[] bytes) {
        input.lock();
        try {
            give(bytes);
        } finally {
            input.unlock();
        }
    }

    @Override
    public void write(long offset, byte[] bytes) {
        input.lock();
        try {
            if (offset > given) {
                throw OxException.of(
                                ErrorCode.CURSOR_AHEAD,
                                "process %s was given %d bytes so far, not %d",
                                spec.id(),
                                given,
                                offset)
                        .with("latest", given);
            }
            int known = (int) Math.min(given - offset, bytes.length);
            give(Arrays.copyOfRange(bytes, known, bytes.length));
        } finally {
            input.unlock();
        }
    }

    @Override
    public long written() {
        return given;
    }

    private void give(byte[] bytes) {
        if (!(spec.stdin() instanceof ProcessSpec.Stdin.Pipe)) {
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "process %s takes no input", spec.id());
        }
        if (exit().isPresent()) {
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "process %s has ended", spec.id());
        }
        use.run();
        try {
            execution.write(bytes);
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.OPERATION_INTERRUPTED,
                            "the input of process %s is closed",
                            spec.id())
                    .causedBy(e);
        }
        long all = given + bytes.length;
        given = all;
    }

    @Override
    public void closeStdin() {
        execution.closeStdin();
    }

    @Override
    public void signal(Signal signal) {
        if (exit().isEmpty()) {
            use.run();
            send(signal);
        }
    }

    @Override
    public ProcessExit terminate(Duration grace) throws InterruptedException {
        if (exit().isEmpty()) {
            blame(Reason.SIGNALLED);
            var _ = end(grace);
        }
        return awaitExit(Deadline.in(GRACE))
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.PROVIDER_TIMEOUT,
                                "process %s did not end after KILL",
                                spec.id()));
    }
}
