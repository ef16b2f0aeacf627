package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.Decoded;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.ProcessEnd;
import dev.oxbow.agents.StreamDecoder;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.RunProgress.Reading;
import dev.oxbow.engine.RunProgress.StopCause;
import dev.oxbow.posix.BootTime;
import dev.oxbow.recording.RunLog;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Follows a working agent to its end: output becomes events and log, deadlines and cancellation
 * become signals.
 *
 * <p>The output is always decoded from its first byte. What a former driver has stored already is
 * known by number and left out, so that nothing is lost and nothing comes twice, whenever that
 * driver died.
 */
final class AgentRun {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration CLOCK_CHECK = Duration.ofMillis(100);
    private static final Duration STORE_EVERY = Duration.ofMillis(25);
    private static final int STORE_AT = 256;
    private static final int REOPENINGS = 5;

    private final EngineParts parts;
    private final RunJournal journal;
    private final RunLog log;
    private final Sandbox sandbox;
    private final SandboxProcess process;
    private final StreamDecoder decoder;
    private final Leaving leaving;
    private final RunCheckpoints checkpoints;
    private final Reading before;
    private final StopWatch watch;
    private Cursor cursor = Cursor.START;
    private long stdoutEvents;
    private long stderrEvents;
    private long storedAt = System.nanoTime();
    private long checkedAt = System.nanoTime();
    private Optional<Deadline> killAt = Optional.empty();

    AgentRun(
            EngineParts parts,
            RunJournal journal,
            RunLog log,
            Sandbox sandbox,
            SandboxProcess process,
            StreamDecoder decoder,
            Leaving leaving,
            RunCheckpoints checkpoints) {
        this.parts = parts;
        this.journal = journal;
        this.log = log;
        this.sandbox = sandbox;
        this.process = process;
        this.decoder = decoder;
        this.leaving = leaving;
        this.checkpoints = checkpoints;
        this.before = journal.progress().reading();
        RunRequest request = journal.run().request();
        this.watch =
                new StopWatch(request.timeout(), request.idleTimeout(), worked(), System::nanoTime);
    }

    private Duration worked() {
        return journal.progress().agentStart().flatMap(BootTime::elapsed).orElse(Duration.ZERO);
    }

    /** Follows it; everything but the last event is stored or noted when this returns. */
    AgentEnd follow() throws InterruptedException {
        log.rewind(before.logBytes());
        if (journal.progress().stop().isPresent()) {
            killAt = Optional.of(Deadline.in(GRACE));
            process.signal(Signal.TERM);
        }
        ProcessExit exit = read();
        log.outputEnded();
        parts.steps().accept(CrashPoint.AGENT_ENDED);
        return end(exit);
    }

    private ProcessExit read() throws InterruptedException {
        int lost = 0;
        while (true) {
            try (OutputReader reader = process.read(cursor)) {
                while (true) {
                    leaving.check();
                    Duration nap = journal.waiting() > 0 ? STORE_EVERY : CLOCK_CHECK;
                    Optional<OutputFrame> frame = reader.next(Deadline.in(nap));
                    if (frame.isPresent() && frame.get() instanceof OutputFrame.Exit exit) {
                        return exit.exit();
                    }
                    if (frame.isPresent()) {
                        take(frame.get());
                        lost = 0;
                    }
                    storeIfDue(frame.isEmpty());
                    checkClocks();
                }
            } catch (OxException e) {
                cursor = recoverFrom(e, ++lost);
            }
        }
    }

    /** Where to read on after a cut; the process itself is not affected by it. */
    private Cursor recoverFrom(OxException e, int times) throws InterruptedException {
        if (e.code() == ErrorCode.CURSOR_EXPIRED && times <= REOPENINGS) {
            // Older than what is kept: the decoder cannot have it. Say so and go on behind it.
            Cursor kept = before.cursor();
            journal.note(new EngineEvent.Gap("stdout", cursor.stdout(), kept.stdout()));
            return kept;
        }
        if (e.code() != ErrorCode.STREAM_LOST || times > REOPENINGS) {
            throw e;
        }
        Thread.sleep(Duration.ofMillis(200L * times));
        return cursor;
    }

    private void take(OutputFrame frame) {
        switch (frame) {
            case OutputFrame.Data data -> {
                watch.sign();
                log(data);
                switch (data.channel()) {
                    case STDOUT ->
                            stdoutEvents =
                                    note(
                                            decoder.stdout(data.bytes()),
                                            stdoutEvents,
                                            before.stdoutEvents());
                    case STDERR ->
                            stderrEvents =
                                    note(
                                            decoder.stderr(data.bytes()),
                                            stderrEvents,
                                            before.stderrEvents());
                }
            }
            case OutputFrame.Gap gap ->
                    journal.note(
                            new EngineEvent.Gap(
                                    gap.channel() == SandboxProcess.Channel.STDOUT
                                            ? "stdout"
                                            : "stderr",
                                    gap.from(),
                                    gap.to()));
            case OutputFrame.Exit _ -> throw new IllegalStateException("handled by the caller");
        }
        cursor = cursor.after(frame);
    }

    private void log(OutputFrame.Data data) {
        RunLog.Source source =
                switch (data.channel()) {
                    case STDOUT -> RunLog.Source.OUT;
                    case STDERR -> RunLog.Source.ERR;
                };
        log.output(RunPhase.AGENT_RUNNING.wire(), source, data.bytes(), 0, data.bytes().length);
    }

    private long note(List<Decoded> decoded, long count, long stored) {
        for (Decoded each : decoded) {
            if (++count > stored) {
                journal.note(each.event(), each.nativeObject());
            } else {
                journal.replay(each.event());
            }
            checkpoints.saw(each.event(), count <= stored);
        }
        return count;
    }

    private void storeIfDue(boolean quiet) {
        int waiting = journal.waiting();
        boolean due = System.nanoTime() - storedAt >= STORE_EVERY.toNanos();
        if (waiting > 0 && (quiet || due || waiting >= STORE_AT)) {
            store();
            parts.steps().accept(CrashPoint.EVENTS_STORED);
        }
    }

    private void store() {
        journal.advance(c -> c.reading(reading()).sessionId(session()));
        storedAt = System.nanoTime();
    }

    private Reading reading() {
        return new Reading(
                cursor,
                Math.max(stdoutEvents, before.stdoutEvents()),
                Math.max(stderrEvents, before.stderrEvents()),
                before.logBytes());
    }

    private Optional<String> session() {
        return decoder.sessionId().or(() -> journal.progress().sessionId());
    }

    private void checkClocks() {
        if (System.nanoTime() - checkedAt < CLOCK_CHECK.toNanos()) {
            return;
        }
        checkedAt = System.nanoTime();
        if (killAt.isPresent()) {
            if (killAt.get().expired()) {
                process.signal(Signal.KILL);
                killAt = Optional.of(Deadline.in(GRACE));
            }
            return;
        }
        Optional<StopCause> cause =
                journal.cancelRequested()
                        ? Optional.of(StopCause.CANCEL)
                        : watch.due(decoder.toolOpen());
        if (cause.isPresent()) {
            journal.advance(c -> c.stop(cause.get()));
            killAt = Optional.of(Deadline.in(GRACE));
            process.signal(Signal.TERM);
        } else if (watch.warningDue()) {
            journal.note(
                    new AgentEvent.Notice(
                            AgentEvent.Level.WARNING,
                            "the agent has said nothing for "
                                    + StopWatch.WARN_AFTER.toMinutes()
                                    + " minutes; it is still running"));
        }
    }

    private AgentEnd end(ProcessExit exit) throws InterruptedException {
        decoder.wantedTranscript()
                .flatMap(wanted -> AgentFiles.read(sandbox, wanted))
                .ifPresent(content -> noteAll(decoder.transcript(content)));
        ProcessEnd end =
                new ProcessEnd(
                        exit.exitCode(), exit.signal(), exit.oomKilled(), cause(exit), worked());
        List<Decoded> last = decoder.end(end);
        noteAll(last.subList(0, last.size() - 1));
        last.forEach(each -> checkpoints.saw(each.event(), false));
        checkpoints.agentEnded();
        if (exit.leftBehind() > 0) {
            journal.note(new EngineEvent.ProcessReaped(exit.leftBehind()));
        }
        journal.noteRest();
        EventDraft terminal =
                journal.redaction()
                        .apply(
                                new EventDraft(
                                        Instant.now(),
                                        inWords(last.getLast().event(), end.cause()),
                                        last.getLast().nativeObject()));
        return new AgentEnd(
                new EventEnvelope(
                        1,
                        terminal.ts(),
                        journal.run().thread(),
                        journal.id(),
                        journal.run().request().agent(),
                        terminal.event(),
                        terminal.nativeObject()),
                boxed(exit.exitCode()),
                boxed(exit.signal()),
                end.cause() != ProcessEnd.Cause.EXITED,
                decoder.tail().stream().map(journal.redaction()::apply).toList(),
                decoder.totals(),
                decoder.counts().unknown(),
                decoder.lastNativeType());
    }

    /** The decoder knows that a deadline came, the engine which one and how long it was. */
    private AgentEvent inWords(AgentEvent last, ProcessEnd.Cause cause) {
        if (cause == ProcessEnd.Cause.LOST && last instanceof AgentEvent.RunError error) {
            return error.because(
                    AgentEvent.Reason.SANDBOX,
                    "sandbox lost at " + TIME.format(Instant.now().atZone(ZoneId.systemDefault())));
        }
        boolean ours =
                cause == ProcessEnd.Cause.TIMEOUT_WALL || cause == ProcessEnd.Cause.TIMEOUT_IDLE;
        if (!ours || !(last instanceof AgentEvent.RunError error)) {
            return last;
        }
        StopCause stop = cause == ProcessEnd.Cause.TIMEOUT_IDLE ? StopCause.IDLE : StopCause.WALL;
        return error.because(error.reason(), watch.message(stop));
    }

    private void noteAll(List<Decoded> decoded) {
        decoded.forEach(each -> journal.note(each.event(), each.nativeObject()));
    }

    private ProcessEnd.Cause cause(ProcessExit exit) {
        if (exit.reason() == ProcessExit.Reason.SANDBOX_LOST) {
            return ProcessEnd.Cause.LOST;
        }
        if (journal.progress().stop().isPresent()) {
            return switch (journal.progress().stop().get()) {
                case WALL -> ProcessEnd.Cause.TIMEOUT_WALL;
                case IDLE -> ProcessEnd.Cause.TIMEOUT_IDLE;
                case CANCEL -> ProcessEnd.Cause.CANCELLED;
            };
        }
        return exit.reason() == ProcessExit.Reason.DEADLINE
                ? ProcessEnd.Cause.TIMEOUT_WALL
                : ProcessEnd.Cause.EXITED;
    }

    private static Optional<Integer> boxed(OptionalInt value) {
        return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
    }
}
