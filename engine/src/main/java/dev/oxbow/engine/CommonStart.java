package dev.oxbow.engine;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.SandboxProvider;
import java.time.Duration;
import java.util.Optional;

/**
 * What several attempts begin with. The first of them brings the worktree in; where the provider
 * forks cheaply, the others begin with what that one has, and wait for it. Should it not get there,
 * each brings the worktree in for itself.
 */
final class CommonStart {
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Duration WITHOUT_DRIVER = Duration.ofSeconds(20);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final EngineParts parts;
    private final EventBell bell;

    CommonStart(EngineParts parts, EventBell bell) {
        this.parts = parts;
        this.bell = bell;
    }

    /**
     * The checkpoint to begin with.
     *
     * @param stop throws if the run is not to go on
     * @return empty if the worktree is to be brought in
     */
    Optional<CheckpointId> of(RunRecord run, SandboxProvider provider, Runnable stop)
            throws InterruptedException {
        if (run.request().from().isPresent()) {
            return run.request().from();
        }
        boolean cheap =
                run.request()
                        .tier()
                        .among(provider.tiers())
                        .map(provider::capabilities)
                        .filter(c -> c.contains(Capability.CHECKPOINT_FAST))
                        .filter(c -> c.contains(Capability.FORK_RUNNING))
                        .isPresent();
        boolean first = run.lead().isEmpty() || run.lead().get().equals(run.id());
        if (!cheap || first) {
            return Optional.empty();
        }
        Deadline longest = Deadline.in(LONGEST);
        Deadline undriven = Deadline.in(WITHOUT_DRIVER);
        while (!longest.expired() && !undriven.expired()) {
            stop.run();
            long rung = bell.count();
            Optional<RunRecord> lead = parts.store().run(run.lead().get());
            if (lead.isEmpty() || hasStarted(lead.get())) {
                return lead.flatMap(l -> l.progress().start());
            }
            if (driven(lead.get())) {
                undriven = Deadline.in(WITHOUT_DRIVER);
            }
            bell.await(rung, Deadline.in(LOOK_EVERY));
        }
        return Optional.empty();
    }

    private static boolean hasStarted(RunRecord lead) {
        return lead.progress().phase().compareTo(RunPhase.AGENT_RUNNING) >= 0;
    }

    private boolean driven(RunRecord lead) {
        Optional<LockFile> free = LockFile.tryHold(parts.data().driverLock(lead.id()));
        free.ifPresent(LockFile::close);
        return free.isEmpty();
    }
}
