package dev.oxbow.engine;

import dev.oxbow.agents.AgentCatalog;
import dev.oxbow.agents.AgentName;
import dev.oxbow.agents.InstalledAgent;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.workspace.ApplyReport;
import dev.oxbow.workspace.ConflictPolicy;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The engine itself, in this process. */
public final class InProcessEngine implements Engine {
    private static final Duration INSTALL_PATIENCE = Duration.ofMinutes(10);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final EngineParts parts;
    private final EventBell bell = new EventBell();
    private final Drivers drivers;
    private final Intake intake;
    private final UserCommands commands;
    private final Removals removals;
    private final SandboxKeeper keeper;
    private final Housekeeping housekeeping;
    private Optional<HouseThread> house = Optional.empty();
    private final Checkpoints checkpoints;
    private final Attempts attempts;

    /** Threads that remove what could not be removed before. */
    private final List<Thread> leftovers = new CopyOnWriteArrayList<>();

    /** An engine of these parts, which it closes with itself. */
    public InProcessEngine(EngineParts parts) {
        this.parts = parts;
        this.drivers = new Drivers(parts, bell);
        this.keeper = new SandboxKeeper(parts);
        this.checkpoints = new Checkpoints(parts, keeper);
        this.intake = new Intake(parts, checkpoints);
        this.attempts = new Attempts(parts);
        this.commands = new UserCommands(parts, keeper);
        this.removals = new Removals(parts, keeper, this::end);
        this.housekeeping = new Housekeeping(parts, keeper);
    }

    @Override
    public List<RunId> start(RunRequest request) {
        List<RunRecord> runs = intake.accept(request);
        List<RunId> ids = runs.stream().map(RunRecord::id).toList();
        parts.steps().accept(CrashPoint.ACCEPTED);
        for (RunId id : ids) {
            if (request.detach()) {
                drivers.inBackground(id);
            } else {
                drivers.inThisProcess(id);
            }
        }
        return ids;
    }

    @Override
    public RunView drive(RunId id) throws InterruptedException {
        drivers.drive(id);
        return run(id);
    }

    @Override
    public void leave(RunId id) {
        drivers.leave(id);
    }

    @Override
    public void cancel(RunId id) {
        RunRecord run = record(id);
        if (run.ended()) {
            return;
        }
        parts.store().requestCancel(id);
        bell.ring();
        if (!drivers.driven(id)) {
            drivers.requireKey(run);
            drivers.inBackground(id);
        }
    }

    @Override
    public EventStream events(RunId id, long since) {
        return new StoredEvents(parts.store(), bell, id, since, () -> drivers.failure(id));
    }

    @Override
    public LogReader log(RunId id, long offset, boolean follow) {
        record(id);
        return new FollowedLog(
                parts.data().log(id),
                offset,
                bell,
                () -> !follow || parts.store().run(id).map(RunRecord::ended).orElse(true));
    }

    @Override
    public List<RunView> runs(RunFilter filter) {
        Optional<Path> root = filter.worktree().map(Preparation::rootOf);
        return parts.store().runs(new RunFilter(root, filter.ended(), filter.limit())).stream()
                .map(this::view)
                .toList();
    }

    @Override
    public RunView run(RunId id) {
        return view(record(id));
    }

    @Override
    public RunView await(RunId id) throws InterruptedException {
        while (true) {
            long seen = bell.count();
            RunRecord run = record(id);
            if (run.ended()) {
                drivers.awaitIdle(id, Deadline.in(CLOSE_GRACE));
                return view(run);
            }
            drivers.failure(id)
                    .ifPresent(failure -> {
                        throw failure;
                    });
            bell.await(seen, Deadline.in(LOOK_EVERY));
        }
    }

    @Override
    public RunView latest(Path cwd) {
        return runs(new RunFilter(Optional.of(cwd), true, 1)).stream()
                .findFirst()
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.RUN_NOT_FOUND, "no run was made in this worktree yet"));
    }

    private RunRecord record(RunId id) {
        return parts.store()
                .run(id)
                .orElseThrow(
                        () -> OxException.of(ErrorCode.RUN_NOT_FOUND, "there is no run %s", id));
    }

    private RunView view(RunRecord run) {
        boolean driven = !run.ended() && drivers.driven(run.id());
        return RunViews.of(run, run.progress(), run.lastSeq(), driven);
    }

    @Override
    public List<SandboxRecord> sandboxes() {
        List<SandboxRecord> all = new ArrayList<>();
        mine().forEach(sandbox -> all.add(sandbox.record()));
        return all;
    }

    @Override
    public Execution exec(ExecRequest request) {
        return commands.exec(request);
    }

    @Override
    public Attachment find(ProcessId id) {
        for (Sandbox sandbox : mine()) {
            Optional<SandboxProcess> process = sandbox.process(id);
            if (process.isPresent()) {
                return new Attachment.OfProcess(sandbox.id(), process.get());
            }
            Optional<Terminal> terminal =
                    keepsTerminals(sandbox) ? sandbox.terminal(id) : Optional.empty();
            if (terminal.isPresent()) {
                return new Attachment.OfTerminal(sandbox.id(), terminal.get());
            }
        }
        throw OxException.of(ErrorCode.PROCESS_NOT_FOUND, "no sandbox has a process %s", id)
                .suggest("List what runs with 'ox ps'.");
    }

    @Override
    public List<ProcessView> processes() {
        List<ProcessView> found = new ArrayList<>();
        for (Sandbox sandbox : mine()) {
            for (SandboxProcess process : sandbox.processes()) {
                if (process.exit().isEmpty()) {
                    List<String> argv = process.spec().argv();
                    found.add(new ProcessView(process.id(), false, sandbox.id(), argv));
                }
            }
            List<Terminal> terminals = keepsTerminals(sandbox) ? sandbox.terminals() : List.of();
            for (Terminal terminal : terminals) {
                if (terminal.exit().isEmpty()) {
                    List<String> argv = terminal.spec().argv();
                    found.add(new ProcessView(terminal.id(), true, sandbox.id(), argv));
                }
            }
        }
        return found;
    }

    private List<Sandbox> mine() {
        return parts.providers().values().stream()
                .flatMap(provider -> provider.list(keeper.mine()).stream())
                .toList();
    }

    private boolean keepsTerminals(Sandbox sandbox) {
        SandboxRecord record = sandbox.record();
        SandboxProvider provider = parts.providers().get(record.provider());
        return provider != null
                && provider.capabilities(record.tier()).contains(Capability.PTY_REPLAY);
    }

    @Override
    public Terminal terminal(ExecRequest request, TerminalSize size) {
        return commands.terminal(request, size);
    }

    @Override
    public Timeline timeline() {
        return checkpoints;
    }

    @Override
    public List<AttemptView> attempts(RunId id) {
        return attempts.of(record(id)).stream().map(run -> attempts.view(run, view(run))).toList();
    }

    @Override
    public byte[] diff(RunId id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.workspaces().of(record(id).worktree()).diff(id, out);
        return out.toByteArray();
    }

    @Override
    public RunOutcome apply(RunId id, ConflictPolicy policy) {
        RunRecord run = record(id);
        if (!run.ended()) {
            throw OxException.of(ErrorCode.RUN_IN_PROGRESS, "run %s has not ended yet", id);
        }
        Workspace sync = parts.workspaces().of(run.worktree());
        sync.recover();
        ApplyReport report = sync.apply(id, policy, (_, _, _, _, _) -> {});
        RunOutcome outcome = Endings.applied(run.progress().outcome().orElseThrow(), report);
        parts.store().amend(id, outcome);
        return outcome;
    }

    @Override
    public Removal remove(SandboxId id, boolean force) {
        return removals.remove(id, force);
    }

    @Override
    public Removal remove(RunId id, boolean force) {
        return removals.remove(record(id).id(), force);
    }

    private void end(RunId id) {
        cancel(id);
        awaitQuietly(id);
    }

    private void awaitQuietly(RunId id) {
        try {
            await(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "interrupted while %s was ending", id);
        }
    }

    @Override
    public List<AgentView> agents() {
        return Arrays.stream(AgentName.values())
                .filter(AgentName::installable)
                .map(name -> view(name, parts.agents().find(name)))
                .toList();
    }

    private static AgentView view(AgentName name, Optional<InstalledAgent> installed) {
        return installed
                .map(agent ->
                        new AgentView(
                                name.wire(),
                                agent.version(),
                                true,
                                Optional.of(agent.hostRoot()),
                                "installed"))
                .orElse(
                        new AgentView(
                                name.wire(),
                                AgentCatalog.pin(name).version(),
                                false,
                                Optional.empty(),
                                "not installed: ox agents install " + name.wire()));
    }

    @Override
    public AgentView install(String name, Consumer<String> progress) {
        try {
            InstalledAgent agent =
                    parts.agents()
                            .install(
                                    AgentName.parse(name), progress, Deadline.in(INSTALL_PATIENCE));
            return view(agent.name(), Optional.of(agent));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(ErrorCode.OPERATION_INTERRUPTED, "the installation was stopped");
        }
    }

    @Override
    public List<ProviderView> providers() {
        return parts.providers().values().stream().map(ProviderView::of).toList();
    }

    @Override
    public Examination examine() {
        List<Finding> walls = new ArrayList<>();
        for (SandboxProvider provider : parts.providers().values()) {
            walls.addAll(provider.examine());
        }
        return new Examination(walls, agents(), List.of());
    }

    @Override
    public List<RunId> recover() {
        List<RunId> taken = new ArrayList<>();
        leftovers.add(keeper.leftovers().retry(parts.providers()));
        for (RunRecord run : parts.store().runs(RunFilter.ACTIVE).reversed()) {
            if (!drivers.driven(run.id()) && drivers.knowsKey(run)) {
                drivers.inBackground(run.id());
                taken.add(run.id());
            }
        }
        return taken;
    }

    @Override
    public Sweep sweep(boolean dryRun) {
        return housekeeping.sweep(dryRun);
    }

    @Override
    public List<Chore> rest(int most) {
        return housekeeping.rest(most);
    }

    @Override
    public synchronized void keepHouse() {
        if (house.isEmpty()) {
            // A round that fails changes nothing, and 'ox gc' tells why.
            house = Optional.of(new HouseThread(housekeeping::tidy, _ -> {}));
        }
    }

    @Override
    public void close() {
        stopHousekeeping();
        drivers.close();
        leftovers.forEach(Thread::interrupt);
        parts.providers().values().forEach(SandboxProvider::close);
        parts.store().close();
    }

    private synchronized void stopHousekeeping() {
        house.ifPresent(HouseThread::close);
        house = Optional.empty();
    }

    /** A sandbox by its id, whichever provider has it. */
    static Optional<Sandbox> find(EngineParts parts, SandboxId id) {
        return parts.providers().values().stream()
                .flatMap(provider -> provider.get(id).stream())
                .findFirst();
    }
}
