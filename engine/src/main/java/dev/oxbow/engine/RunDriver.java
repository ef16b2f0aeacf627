package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Launch;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.egress.EgressPolicy;
import dev.oxbow.engine.Endings.Ending;
import dev.oxbow.engine.Endings.WorkBack;
import dev.oxbow.posix.BootTime;
import dev.oxbow.recording.RunLog;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.workspace.Worktree;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Walks one run through its phases, from wherever it is to its end.
 *
 * <p>Before each act it is stored that it is about to be done; each act can be done again without
 * harm. So a driver may die anywhere: the next one begins with the phase that is stored.
 */
final class RunDriver {
    private static final Duration QUEUE_LOOK = Duration.ofMillis(100);
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(60);

    private final EngineParts parts;
    private final RunJournal journal;
    private final RunLog log;
    private final EventBell bell;
    private final Leaving leaving;
    private final boolean takenOver;
    private final SandboxKeeper keeper;
    private final WorkspaceStep workspace;
    private final CommonStart start;

    RunDriver(
            EngineParts parts,
            RunJournal journal,
            RunLog log,
            EventBell bell,
            Leaving leaving,
            boolean takenOver) {
        this.parts = parts;
        this.journal = journal;
        this.log = log;
        this.bell = bell;
        this.leaving = leaving;
        this.takenOver = takenOver;
        this.keeper = new SandboxKeeper(parts);
        this.workspace =
                new WorkspaceStep(parts, journal, parts.workspaces().of(journal.run().worktree()));
        this.start = new CommonStart(parts, bell);
    }

    /** Drives the run to its end. {@link Left} and interruption leave it as it is stored. */
    void drive() throws InterruptedException {
        Optional<Ending> early = Optional.empty();
        AgentEnd end = null;
        try {
            end = agentEnd();
        } catch (Cancelled e) {
            early = Optional.of(Endings.cancelledEarly());
        } catch (OxException e) {
            early = Optional.of(failure(e));
        }
        if (end == null) {
            conclude(early.orElseThrow(), WorkBack.NONE);
            return;
        }
        AgentEnd agent = end;
        WorkBack work = bringBack(agent);
        Duration took =
                Duration.between(
                        journal.progress().startedAt().orElse(journal.run().createdAt()),
                        Instant.now());
        conclude(Endings.of(agent, journal.progress(), work, took), work);
    }

    private Ending failure(OxException e) {
        boolean keyIsGone = takenOver && e.code() == ErrorCode.AGENT_AUTH_MISSING;
        return keyIsGone
                ? Endings.interrupted(
                        "the process that ran it died before the agent started, and this one has"
                                + " no key for the model")
                : Endings.failed(e, WorkBack.NONE, false);
    }

    private AgentEnd agentEnd() throws InterruptedException {
        RunProgress progress = journal.progress();
        if (progress.agentEnd().isPresent()) {
            return progress.agentEnd().get();
        }
        AgentEnd end;
        if (progress.phase() == RunPhase.AGENT_RUNNING) {
            end = goOn();
        } else {
            awaitTurn();
            end = startAfresh();
        }
        journal.enter(RunPhase.SYNC_OUT, c -> c.agentEnd(end));
        return end;
    }

    private void awaitTurn() throws InterruptedException {
        int told = -1;
        while (true) {
            checkStop();
            long seen = bell.count();
            List<RunRecord> ahead =
                    parts.store().unended(journal.run().thread()).stream()
                            .takeWhile(run -> !run.id().equals(journal.id()))
                            .toList();
            if (ahead.isEmpty()) {
                parts.steps().accept(CrashPoint.TURN_TAKEN);
                return;
            }
            if (ahead.size() != told) {
                told = ahead.size();
                journal.note(new EngineEvent.RunQueued(told));
                journal.flush();
            }
            bell.await(seen, Deadline.in(QUEUE_LOOK));
        }
    }

    private AgentEnd startAfresh() throws InterruptedException {
        RunRequest request = journal.run().request();
        new Artifacts(parts, journal, log).prepare();
        SandboxProvider provider = provider();
        ThreadRecord thread = thread();
        journal.enter(RunPhase.SANDBOX_CREATE, c -> c);
        Optional<CheckpointId> from = start.of(journal.run(), provider, this::checkStop);
        SandboxKeeper.Found found =
                new SandboxSupply(parts, journal, keeper, this::checkStop)
                        .get(provider, thread, from);
        checkStop();
        // Whether an older sandbox of an attempt is a fork is only known if that was stored.
        boolean forked =
                from.isPresent()
                        && (found.fresh()
                                || request.from().isPresent()
                                || journal.progress().start().isPresent());
        journal.enter(
                RunPhase.SETUP,
                c ->
                        c.sandbox(found.sandbox().id(), found.record().enforced())
                                .start(forked ? from : Optional.empty()));
        parts.steps().accept(CrashPoint.SETUP_BEGUN);
        Preparation prepared = Preparation.of(parts, journal, hasWayOut(found.sandbox()));
        Secrets secrets = Secrets.of(prepared.launch(), parts.environment());
        if (found.fresh()) {
            probe(found.sandbox(), prepared.launch());
        }
        checkStop();
        Worktree.Head head = Worktree.at(journal.run().worktree()).head();
        journal.enter(
                RunPhase.SYNC_IN,
                c -> c.resumed(prepared.context().resumed()).head(head.commit(), head.branch()));
        parts.steps().accept(CrashPoint.SYNC_IN_BEGUN);
        if (!forked) {
            workspace.in(found.sandbox());
        }
        parts.steps().accept(CrashPoint.SYNC_IN_DONE);
        checkStop();
        journal.note(
                new EngineEvent.RunStarted(
                        request.agent(),
                        prepared.version().orElse(""),
                        request.model(),
                        found.record().tier().wire(),
                        prepared.context().resumed()));
        warnIfOpen(found.sandbox());
        Optional<CheckpointId> started =
                forked
                        ? from
                        : new RunCheckpoints(parts, journal, log, provider, found.sandbox())
                                .beforeAgent();
        long logged = log.size();
        journal.enter(
                RunPhase.AGENT_RUNNING,
                c -> {
                    prepared.version().ifPresent(c::agentVersion);
                    return c.start(started)
                            .process(ProcessId.next())
                            .agentStart(BootTime.now())
                            .reading(startingAt(logged));
                });
        parts.steps().accept(CrashPoint.AGENT_INTENDED);
        return withAgent(found.sandbox(), prepared, Optional.of(secrets));
    }

    private static RunProgress.Reading startingAt(long logged) {
        return new RunProgress.Reading(Cursor.START, 0, 0, logged);
    }

    /** Goes on where a former driver had the agent running, or was about to start it. */
    private AgentEnd goOn() throws InterruptedException {
        SandboxId id = journal.progress().sandbox().orElseThrow();
        Sandbox sandbox =
                provider()
                        .get(id)
                        .orElseThrow(() ->
                                OxException.of(
                                                ErrorCode.SANDBOX_CRASHED,
                                                "sandbox %s is gone; nothing was brought back",
                                                id)
                                        .admitted(OxException.Admitted.YES));
        Preparation prepared = Preparation.of(parts, journal, hasWayOut(sandbox));
        boolean started = sandbox.process(processId()).isPresent();
        Optional<Secrets> secrets =
                started
                        ? Optional.empty()
                        : Optional.of(Secrets.of(prepared.launch(), parts.environment()));
        if (!started && !sandbox.record().state().acceptsCommands()) {
            sandbox.start();
        }
        return withAgent(sandbox, prepared, secrets);
    }

    /** Starts the agent, if secrets are given, and follows it. */
    private AgentEnd withAgent(Sandbox sandbox, Preparation prepared, Optional<Secrets> secrets)
            throws InterruptedException {
        Launch launch = prepared.launch();
        Optional<SandboxProcess> running = sandbox.process(processId());
        boolean ended = running.map(p -> p.exit().isPresent()).orElse(false);
        Optional<Gateway> gateway = ended ? Optional.empty() : wayOut(sandbox, launch);
        try {
            SandboxProcess process =
                    running.isPresent()
                            ? running.get()
                            : start(sandbox, prepared, secrets.orElseThrow());
            parts.steps().accept(CrashPoint.AGENT_STARTED);
            try (Workspace.Watching _ = ended ? Workspace.Watching.NONE : workspace.watch(sandbox);
                    RunCheckpoints turns =
                            new RunCheckpoints(parts, journal, log, provider(), sandbox)) {
                return new AgentRun(
                                parts,
                                journal,
                                log,
                                sandbox,
                                process,
                                prepared.decoder(),
                                leaving,
                                turns)
                        .follow();
            }
        } finally {
            // Left to another driver, the way stays: that one listens on the same socket.
            gateway.ifPresent(leaving.asked() ? Gateway::leave : Gateway::close);
        }
    }

    private boolean offers(Sandbox sandbox, Capability capability) {
        return provider().capabilities(sandbox.record().tier()).contains(capability);
    }

    private boolean hasWayOut(Sandbox sandbox) {
        return offers(sandbox, Capability.NET_RELAY);
    }

    /** Every run without walls says so, in its events and so in its artifacts. */
    private void warnIfOpen(Sandbox sandbox) {
        if (!sandbox.record().tier().isolates() && !offers(sandbox, Capability.NET_DENY)) {
            journal.note(
                    new AgentEvent.Notice(
                            AgentEvent.Level.WARNING,
                            "tier process: not isolated; the agent can do all that you can, and"
                                    + " no network rule holds"));
        }
    }

    private Optional<Gateway> wayOut(Sandbox sandbox, Launch launch) {
        EgressPolicy policy = Gateway.policy(journal.run().request(), launch);
        if (offers(sandbox, Capability.NET_SWITCH_LIVE)) {
            // What was opened for anything but an agent ends here.
            sandbox.setNetwork(NetworkPhase.AGENT);
        }
        if (hasWayOut(sandbox)) {
            return Optional.of(
                    Gateway.open(
                            parts.data(), sandbox, policy, launch.directPorts(), journal::note));
        }
        if (policy.rules().isEmpty() || !sandbox.record().tier().isolates()) {
            // Without walls nothing keeps it in: it reaches what it may reach, and all else.
            return Optional.empty();
        }
        throw OxException.of(
                ErrorCode.CAPABILITY_UNSUPPORTED,
                "sandboxes of %s have no way out, and the run needs one",
                provider().name());
    }

    private SandboxProcess start(Sandbox sandbox, Preparation prepared, Secrets secrets) {
        Launch launch = prepared.launch();
        AgentFiles.write(sandbox, launch.files());
        AgentFiles.makeDirectory(sandbox, prepared.directory());
        AgentFiles.refuseRepositoryCode(sandbox, launch, prepared.directory());
        Map<String, String> env = new HashMap<>(ownTemporaryFolder(sandbox));
        env.putAll(launch.env());
        env.putAll(secrets.variables());
        return sandbox.exec(
                new ProcessSpec(
                        processId(),
                        launch.argv(),
                        prepared.context().cwd(),
                        env,
                        new ProcessSpec.Stdin.Bytes(launch.stdin()),
                        // A second net: should nobody be there to watch the clock.
                        Optional.of(
                                journal.run().request().timeout().plus(Duration.ofSeconds(30)))));
    }

    /** Without a mount of its own, {@code /tmp} is only for those who are told. */
    static Map<String, String> ownTemporaryFolder(Sandbox sandbox) {
        return sandbox.record().tier().isolates() ? Map.of() : Map.of("TMPDIR", "/tmp");
    }

    private void probe(Sandbox sandbox, Launch launch) throws InterruptedException {
        if (launch.probe().isEmpty()) {
            return;
        }
        ProcessSpec spec =
                new ProcessSpec(
                        ProcessId.next(),
                        launch.probe().get(),
                        Sandbox.HOME,
                        launch.env(),
                        new ProcessSpec.Stdin.Empty(),
                        Optional.of(PROBE_PATIENCE));
        Optional<ProcessExit> exit =
                sandbox.exec(spec).awaitExit(Deadline.in(PROBE_PATIENCE.plusSeconds(10)));
        if (exit.isEmpty() || !exit.get().success()) {
            throw OxException.of(
                            ErrorCode.AGENT_NOT_INSTALLED,
                            "%s does not start in the sandbox (%s)",
                            journal.run().request().agent(),
                            String.join(" ", launch.probe().get()))
                    .suggest("Install it anew with 'ox agents install'.");
        }
    }

    private WorkBack bringBack(AgentEnd end) {
        RunProgress progress = journal.progress();
        saveSession(end, progress);
        parts.steps().accept(CrashPoint.SYNC_OUT_BEGUN);
        try {
            Optional<Sandbox> sandbox = progress.sandbox().flatMap(provider()::get);
            return workspace.out(sandbox, end.partial());
        } catch (OxException e) {
            log.say(RunPhase.SYNC_OUT.wire(), "no files were brought back: " + e.getMessage());
            return WorkBack.failed(e);
        }
    }

    private void saveSession(AgentEnd end, RunProgress progress) {
        if (progress.sessionId().isPresent() && progress.sandbox().isPresent()) {
            parts.store()
                    .saveSession(
                            new SessionRecord(
                                    journal.run().thread(),
                                    journal.run().request().agent(),
                                    progress.sessionId().get(),
                                    progress.sandbox().get(),
                                    end.totals()));
        }
    }

    private void conclude(Ending ending, WorkBack work) {
        removeIfAsked(work);
        clearOldCheckpoints();
        journal.flush();
        Ending written = new Artifacts(parts, journal, log).write(ending);
        parts.steps().accept(CrashPoint.ARTIFACTS_WRITTEN);
        journal.end(
                c -> c.phase(RunPhase.DONE).outcome(written.outcome()),
                journal.redaction().apply(EventDraft.now(written.last())));
        parts.steps().accept(CrashPoint.ENDED);
    }

    private void clearOldCheckpoints() {
        try {
            new Checkpoints(parts, keeper).prune(provider(), journal.run().thread());
        } catch (OxException e) {
            log.say(
                    RunPhase.SYNC_OUT.wire(),
                    "old checkpoints could not be removed: " + e.getMessage());
        }
    }

    private void removeIfAsked(WorkBack work) {
        boolean safe = work.harvested() && work.failure().isEmpty();
        Optional<SandboxId> sandbox = journal.progress().sandbox();
        if (journal.run().request().keeping() != Keeping.REMOVE || !safe || sandbox.isEmpty()) {
            return;
        }
        keeper.leftovers().add(provider(), sandbox.get(), "asked for");
        parts.store().setSandbox(journal.run().thread(), Optional.empty());
        Optional<OxException> failure = keeper.leftovers().remove(provider(), sandbox.get());
        if (failure.isEmpty()) {
            journal.note(new EngineEvent.SandboxDestroyed(sandbox.get(), "asked for"));
            return;
        }
        String told =
                "the sandbox could not be removed and will be later: " + failure.get().getMessage();
        log.say(RunPhase.SYNC_OUT.wire(), told);
        journal.note(new AgentEvent.Notice(AgentEvent.Level.WARNING, told));
    }

    private SandboxProvider provider() {
        String name = journal.progress().provider().orElse(journal.run().provider());
        SandboxProvider provider = parts.providers().get(name);
        if (provider == null) {
            throw OxException.of(
                    ErrorCode.PROVIDER_NOT_CONFIGURED, "there is no provider '%s'", name);
        }
        Tier wanted = journal.run().request().tier();
        if (wanted.among(provider.tiers()).isEmpty()) {
            throw wanted.refusedBy(provider.name(), provider.tiers());
        }
        return provider;
    }

    private ThreadRecord thread() {
        return parts.store()
                .thread(journal.run().thread())
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.THREAD_NOT_FOUND,
                                "thread %s is gone",
                                journal.run().thread()));
    }

    private ProcessId processId() {
        return journal.progress().process().orElseThrow();
    }

    private void checkStop() {
        leaving.check();
        if (journal.cancelRequested()) {
            throw new Cancelled();
        }
    }

    /** Somebody stopped the run before its agent began; control flow, not a failure. */
    private static final class Cancelled extends RuntimeException {
        private Cancelled() {
            super("cancelled", null, false, false);
        }
    }
}
