package dev.oxbow.engine;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.Redactor;
import dev.oxbow.base.RunId;
import dev.oxbow.posix.LockFile;
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

    Drivers(EngineParts parts, EventBell bell) {
        this.parts = parts;
        this.bell = bell;
    }

    /** Whether any process drives it. */
    boolean driven(RunId id) {
        if (driving.containsKey(id) || threads.containsKey(id)) {
            return true;
        }
        Optional<LockFile> free = LockFile.tryHold(parts.data().driverLock(id));
        free.ifPresent(LockFile::close);
        return free.isEmpty();
    }

    /** Drives it on a thread of this process. */
    void inThisProcess(RunId id) {
        Thread thread =
                Thread.ofPlatform().name("drive-" + id).daemon(true).unstarted(() -> run(id));
        if (threads.putIfAbsent(id, thread) == null) {
            thread.start();
        }
    }

    /** Drives it in a process of its own; in this one if there is no way to have another. */
    void inBackground(RunId id) {
        parts.launcher().ifPresentOrElse(l -> l.launch(id), () -> inThisProcess(id));
    }

    private void run(RunId id) {
        try {
            drive(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.remove(id);
            bell.ring();
        }
    }

    /** Drives it to its end, unless it has ended or somebody else does. */
    void drive(RunId id) throws InterruptedException {
        Optional<LockFile> lock = LockFile.tryHold(parts.data().driverLock(id));
        if (lock.isEmpty()) {
            return;
        }
        Leaving leaving = new Leaving();
        try (LockFile _ = lock.get()) {
            driving.put(id, leaving);
            driveLocked(id, leaving);
        } finally {
            driving.remove(id);
        }
    }

    private void driveLocked(RunId id, Leaving leaving) throws InterruptedException {
        RunRecord run =
                parts.store()
                        .run(id)
                        .orElseThrow(() ->
                                OxException.of(ErrorCode.RUN_NOT_FOUND, "there is no run %s", id));
        if (run.ended()) {
            return;
        }
        long token = parts.store().takeOver(id);
        Redactor redactor = Redactor.knowing(secrets(run));
        RunJournal journal =
                new RunJournal(parts.store(), bell, run, token, new EventRedaction(redactor, run));
        try (RunLog log = RunLog.open(parts.data().run(id), redactor)) {
            new RunDriver(parts, journal, log, bell, leaving, token > 1).drive();
        } catch (Left e) {
            // The run goes on without us.
            return;
        } catch (RuntimeException | Error e) {
            giveUp(journal, e);
        }
    }

    /** A defect must not leave a run without an end: nobody would ever see it again. */
    private void giveUp(RunJournal journal, Throwable e) {
        if (e instanceof OxException ox
                && (ox.code() == ErrorCode.STORE_UNREADABLE
                        || ox.code() == ErrorCode.OPERATION_INTERRUPTED)) {
            throw ox;
        }
        OxException failure =
                e instanceof OxException ox
                        ? ox
                        : OxException.of(
                                        ErrorCode.INTERNAL,
                                        "%s: %s",
                                        e.getClass().getSimpleName(),
                                        String.valueOf(e.getMessage()))
                                .causedBy(e);
        Endings.Ending ending = Endings.failed(failure, Endings.WorkBack.NONE, true);
        journal.end(
                c -> c.phase(RunPhase.DONE).outcome(ending.outcome()),
                journal.redaction().apply(EventDraft.now(ending.last())));
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
        if (leaving == null) {
            return;
        }
        leaving.ask();
        bell.ring();
        awaitIdle(id, Deadline.in(Engine.CLOSE_GRACE));
        if (parts.launcher().isPresent()) {
            parts.launcher().get().launch(id);
        }
    }

    /** Waits until it is not driven in this process. */
    void awaitIdle(RunId id, Deadline deadline) {
        try {
            while ((driving.containsKey(id) || threads.containsKey(id)) && !deadline.expired()) {
                bell.await(bell.count(), deadline.orIn(NAP));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        driving.keySet().forEach(this::leave);
        threads.forEach((id, thread) -> {
            awaitIdle(id, Deadline.in(NAP));
            thread.interrupt();
            awaitIdle(id, Deadline.in(Engine.CLOSE_GRACE));
        });
    }
}
