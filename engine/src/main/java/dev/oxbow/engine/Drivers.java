package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.Redactor;
import dev.oxbow.base.RunId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.recording.RunFolder;
import dev.oxbow.recording.RunLog;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who drives which run. A driver holds the lock file of its run for as long as it drives, so that
 * everybody, in any process, can see whether a run has one, and no run ever has two.
 */
final class Drivers implements AutoCloseable {
    private static final Duration NAP = Duration.ofMillis(20);

    private final EngineParts parts;
    private final EventBell bell;
    private final Map<RunId, Leaving> driving = new ConcurrentHashMap<>();
    private final Map<RunId, Thread> threads = new ConcurrentHashMap<>();
    private final Map<RunId, OxException> failures = new ConcurrentHashMap<>();

    Drivers(EngineParts parts, EventBell bell) {
        this.parts = parts;
        this.bell = bell;
    }

    /** Whether any process drives it. */
    boolean driven(RunId id) {
        if (driving.containsKey(id)) {
            return true;
        }
        Optional<LockFile> free = LockFile.tryHold(parts.data().driverLock(id));
        free.ifPresent(LockFile::close);
        return free.isEmpty();
    }

    /** Why this process stopped driving a run that has not ended. */
    Optional<OxException> failure(RunId id) {
        return Optional.ofNullable(failures.get(id));
    }

    /** Drives it on a thread of this process, with a guardian beside it. */
    void inThisProcess(RunId id) {
        Leaving leaving = new Leaving();
        if (driving.putIfAbsent(id, leaving) == null) {
            Thread thread =
                    Thread.ofPlatform()
                            .name("drive-" + id)
                            .daemon(true)
                            .unstarted(() -> run(id, leaving));
            threads.put(id, thread);
            thread.start();
        }
    }

    /** Drives it in a process of its own; in this one if there is no way to have another. */
    void inBackground(RunId id) {
        parts.launcher().ifPresentOrElse(l -> l.launch(id), () -> inThisProcess(id));
    }

    private void run(RunId id, Leaving leaving) {
        try {
            drive(id, leaving, parts.launcher());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (OxException e) {
            // Told to whoever follows the run here; it goes on when somebody takes it up.
            failures.put(id, e);
        } finally {
            threads.remove(id);
            driving.remove(id, leaving);
            bell.ring();
        }
    }

    /** Drives it to its end, unless it has ended or somebody else does. */
    void drive(RunId id) throws InterruptedException {
        Leaving leaving = new Leaving();
        if (driving.putIfAbsent(id, leaving) != null) {
            return;
        }
        try {
            drive(id, leaving, Optional.empty());
        } finally {
            driving.remove(id, leaving);
            bell.ring();
        }
    }

    /** Should it throw, the guardian is not sent away: it tries again once this process is gone. */
    private void drive(RunId id, Leaving leaving, Optional<DriverLauncher> guards)
            throws InterruptedException {
        Optional<LockFile> lock = LockFile.tryHold(parts.data().driverLock(id));
        if (lock.isEmpty()) {
            return;
        }
        Optional<Guardian> guardian = Optional.empty();
        boolean ended;
        try (LockFile _ = lock.get()) {
            RunRecord run =
                    parts.store()
                            .run(id)
                            .orElseThrow(() ->
                                    OxException.of(
                                            ErrorCode.RUN_NOT_FOUND, "there is no run %s", id));
            if (run.ended()) {
                return;
            }
            requireKey(run);
            long token = parts.store().takeOver(id);
            Redactor redactor = Redactor.knowing(secrets(run));
            RunJournal journal =
                    new RunJournal(
                            parts.store(), bell, run, token, new EventRedaction(redactor, run));
            guardian = guards.flatMap(launcher -> guard(launcher, journal));
            ended = drive(journal, redactor, leaving, token > 1);
        }
        if (ended) {
            guardian.ifPresent(Guardian::dismiss);
        } else {
            handOn(id, guardian);
        }
    }

    private static Optional<Guardian> guard(DriverLauncher launcher, RunJournal journal) {
        try {
            return Optional.of(launcher.guard(journal.id()));
        } catch (OxException e) {
            journal.note(
                    new AgentEvent.Notice(
                            AgentEvent.Level.WARNING,
                            "should this process be killed, the run waits for the next command: "
                                    + e.getMessage()));
            return Optional.empty();
        }
    }

    /** Only once the lock is free: a driver that finds it held goes away. */
    private void handOn(RunId id, Optional<Guardian> guardian) {
        boolean taken = guardian.map(Guardian::takeOver).orElse(false);
        if (!taken) {
            parts.launcher().ifPresent(launcher -> launcher.launch(id));
        }
    }

    /** Whether the run has ended; else it is left to another driver. */
    private boolean drive(RunJournal journal, Redactor redactor, Leaving leaving, boolean takenOver)
            throws InterruptedException {
        try (RunFolder own = RunFolder.at(parts.data().run(journal.id()));
                RunLog log = RunLog.open(own, redactor, RunLog.DEFAULT_LIMIT, Clock.systemUTC())) {
            return drive(
                    new RunDriver(parts, journal, log, bell, leaving, takenOver), journal, log);
        }
    }

    private boolean drive(RunDriver driver, RunJournal journal, RunLog log)
            throws InterruptedException {
        try {
            driver.drive();
        } catch (Left e) {
            return false;
        } catch (RuntimeException | Error e) {
            giveUp(journal, log, e);
        }
        return true;
    }

    /** A defect must not leave a run without an end: nobody would ever see it again. */
    private void giveUp(RunJournal journal, RunLog log, Throwable e) {
        if (e instanceof OxException ox
                && (ox.code() == ErrorCode.STORE_UNREADABLE
                        || ox.code() == ErrorCode.OPERATION_INTERRUPTED)) {
            throw ox;
        }
        OxException failure = OxException.from(e);
        Endings.Ending ending =
                new Artifacts(parts, journal, log)
                        .write(Endings.failed(failure, Endings.WorkBack.NONE, true));
        journal.end(
                c -> c.phase(RunPhase.DONE).outcome(ending.outcome()),
                journal.redaction().apply(EventDraft.now(ending.last())));
    }

    /**
     * Whether this process may follow the run's agent: without its key nobody could keep that out
     * of the log and the events, which are made anew from the first byte that the agent said.
     */
    boolean knowsKey(RunRecord run) {
        if (run.progress().phase() != RunPhase.AGENT_RUNNING) {
            return true;
        }
        try {
            var _ = Secrets.of(Preparation.provisional(run.request()), parts.environment());
            return true;
        } catch (OxException e) {
            if (e.code() == ErrorCode.AGENT_AUTH_MISSING) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Refuses to follow an agent whose key is not known here.
     *
     * @throws OxException {@code AGENT_AUTH_MISSING}
     */
    void requireKey(RunRecord run) {
        if (!knowsKey(run)) {
            throw OxException.of(
                            ErrorCode.AGENT_AUTH_MISSING,
                            "the agent of %s is only taken up where its model's key is set, which"
                                    + " must be kept out of the records",
                            run.id())
                    .suggest("Set the key as for 'ox run' and repeat.");
        }
    }

    private List<String> secrets(RunRecord run) {
        try {
            return Secrets.of(Preparation.provisional(run.request()), parts.environment()).values();
        } catch (OxException none) {
            // The run will say so itself when it needs the key.
            return List.of();
        }
    }

    /** Lets go of a run driven here and has another process drive it on. */
    void leave(RunId id) {
        Leaving leaving = driving.get(id);
        if (leaving != null) {
            leaving.ask();
            bell.ring();
            awaitIdle(id, Deadline.in(Engine.CLOSE_GRACE));
        }
    }

    /** Waits until it is not driven in this process. */
    void awaitIdle(RunId id, Deadline deadline) {
        try {
            while (driving.containsKey(id) && !deadline.expired()) {
                bell.await(bell.count(), deadline.orIn(NAP));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        driving.values().forEach(Leaving::ask);
        bell.ring();
        Deadline grace = Deadline.in(Engine.CLOSE_GRACE);
        driving.keySet().forEach(id -> awaitIdle(id, grace));
        threads.values().forEach(Thread::interrupt);
        driving.keySet().forEach(id -> awaitIdle(id, Deadline.in(Engine.CLOSE_GRACE)));
    }
}
