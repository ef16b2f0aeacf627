package dev.oxbow.cli;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.engine.AgentView;
import dev.oxbow.engine.Attachment;
import dev.oxbow.engine.AttemptView;
import dev.oxbow.engine.Chore;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EventStream;
import dev.oxbow.engine.Examination;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.engine.Execution;
import dev.oxbow.engine.LogReader;
import dev.oxbow.engine.ProcessView;
import dev.oxbow.engine.ProviderView;
import dev.oxbow.engine.Removal;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunPhase;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunState;
import dev.oxbow.engine.RunView;
import dev.oxbow.engine.Sweep;
import dev.oxbow.engine.Timeline;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.workspace.ConflictPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** An engine whose runs end at once, by a script of events. */
class FakeEngine implements Engine {
    static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    static final SandboxId SANDBOX = new SandboxId("sbx_0000000000000000000000000b");

    final List<RunRequest> requests = new ArrayList<>();
    final List<RunView> runs = new ArrayList<>();
    final List<RunId> cancelled = new ArrayList<>();
    final List<String> removed = new ArrayList<>();
    List<Event> events = List.of();
    RunOutcome outcome = completed(1);
    Optional<OxException> refusal = Optional.empty();
    byte[] log = {};
    long logKeptFrom;
    byte[] patch = {};
    List<Finding> walls = List.of();
    final List<Boolean> sweeps = new ArrayList<>();
    Sweep sweep = new Sweep(false, List.of(), List.of(), List.of());
    final FakeTimeline timeline = new FakeTimeline();
    List<AttemptView> compared = List.of();
    List<ProcessView> processes = List.of();
    boolean closed;

    static RunOutcome completed(int filesChanged) {
        return completed(filesChanged, true);
    }

    static RunOutcome completed(int filesChanged, boolean applied) {
        return new RunOutcome(
                Outcome.COMPLETED,
                Optional.empty(),
                Optional.empty(),
                "",
                Optional.empty(),
                0,
                filesChanged,
                0,
                List.of(),
                applied,
                false);
    }

    static RunOutcome conflict(String... paths) {
        return new RunOutcome(
                Outcome.CONFLICT,
                Optional.of("sync_conflict"),
                Optional.of(ErrorCode.SYNC_CONFLICT),
                "both sides changed the same file",
                Optional.of("Look with 'ox diff'."),
                73,
                2,
                0,
                List.of(paths),
                false,
                false);
    }

    static RunId id(int number) {
        return new RunId(RunId.PREFIX + "%026d".formatted(number));
    }

    @Override
    public List<RunId> start(RunRequest request) {
        refusal.ifPresent(e -> {
            throw e;
        });
        requests.add(request);
        List<RunId> ids = new ArrayList<>();
        for (int i = 0; i < request.attempts(); i++) {
            ids.add(addRun(request, outcome));
        }
        return ids;
    }

    RunId addRun(RunRequest request, RunOutcome end) {
        RunId id = id(runs.size() + 1);
        runs.add(
                new RunView(
                        id,
                        new ThreadId("thr_0000000000000000000000000a"),
                        Optional.of(SANDBOX),
                        "local",
                        request.agent(),
                        Optional.of("1.0"),
                        request.model(),
                        request.prompt(),
                        request.cwd(),
                        RunState.COMPLETED,
                        RunPhase.DONE,
                        START,
                        Optional.of(START),
                        Optional.of(START.plusSeconds(12)),
                        Map.of(),
                        Optional.of(end),
                        Optional.empty(),
                        events.size(),
                        1,
                        request.attempts(),
                        false,
                        request.cwd().resolve(".ox/runs/" + id),
                        List.of()));
        return id;
    }

    @Override
    public EventStream events(RunId id, long since) {
        RunView run = run(id);
        List<EventEnvelope> left = new ArrayList<>();
        for (int i = (int) since; i < events.size(); i++) {
            left.add(
                    new EventEnvelope(
                            i + 1L,
                            START.plusSeconds(i),
                            run.thread(),
                            id,
                            run.agent(),
                            events.get(i),
                            Optional.empty()));
        }
        return new EventStream() {
            @Override
            public Optional<EventEnvelope> next(Deadline deadline) {
                return left.isEmpty() ? Optional.empty() : Optional.of(left.removeFirst());
            }

            @Override
            public boolean finished() {
                return left.isEmpty();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public LogReader log(RunId id, long offset, boolean follow) {
        RunView unusedRun = run(id);
        if (offset < logKeptFrom) {
            throw OxException.of(ErrorCode.CURSOR_EXPIRED, "byte %d was left out", offset)
                    .with("earliest", logKeptFrom)
                    .with("latest", log.length)
                    .suggest("Read on with --since %d.", logKeptFrom);
        }
        return new LogReader() {
            private boolean read;

            @Override
            public Optional<byte[]> next(Deadline deadline) {
                read = true;
                String text = new String(log, StandardCharsets.UTF_8);
                return Optional.of(text.substring((int) offset).getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public long offset() {
                return offset;
            }

            @Override
            public boolean finished() {
                return read || log.length <= offset;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public List<RunView> runs(RunFilter filter) {
        return runs.reversed().stream()
                .filter(run -> filter.ended() || !run.state().ended())
                .toList();
    }

    @Override
    public RunView run(RunId id) {
        return runs.stream()
                .filter(run -> run.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () -> OxException.of(ErrorCode.RUN_NOT_FOUND, "no run '%s'", id.value()));
    }

    @Override
    public RunView latest(Path cwd) {
        if (runs.isEmpty()) {
            throw OxException.of(ErrorCode.RUN_NOT_FOUND, "no run in %s yet", cwd);
        }
        return runs.getLast();
    }

    @Override
    public RunView await(RunId id) {
        return run(id);
    }

    @Override
    public RunView drive(RunId id) {
        return run(id);
    }

    @Override
    public void leave(RunId id) {}

    @Override
    public void cancel(RunId id) {
        cancelled.add(id);
    }

    @Override
    public List<SandboxRecord> sandboxes() {
        return List.of();
    }

    @Override
    public Execution exec(ExecRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Attachment find(ProcessId id) {
        throw OxException.of(ErrorCode.PROCESS_NOT_FOUND, "no sandbox has a process %s", id);
    }

    @Override
    public List<ProcessView> processes() {
        return processes;
    }

    @Override
    public Terminal terminal(ExecRequest request, TerminalSize size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] diff(RunId id) {
        return patch.clone();
    }

    @Override
    public RunOutcome apply(RunId id, ConflictPolicy policy) {
        return outcome;
    }

    @Override
    public Removal remove(SandboxId id, boolean force) {
        removed.add(id + (force ? " forced" : ""));
        return new Removal(List.of(id), List.of(), List.of());
    }

    @Override
    public Removal remove(RunId id, boolean force) {
        removed.add(id + (force ? " forced" : ""));
        return new Removal(List.of(), List.of(id), List.of());
    }

    @Override
    public Timeline timeline() {
        return timeline;
    }

    @Override
    public List<AttemptView> attempts(RunId id) {
        RunView run = run(id);
        return run.attempts() == 1
                ? List.of(
                        new AttemptView(
                                run, OptionalInt.empty(), OptionalInt.empty(), Optional.empty()))
                : compared;
    }

    @Override
    public List<AgentView> agents() {
        return List.of(
                new AgentView("codex", "1.0", true, Optional.of(Path.of("/a/codex")), "installed"),
                new AgentView("command", "-", true, Optional.empty(), "any program"));
    }

    @Override
    public AgentView install(String name, Consumer<String> progress) {
        progress.accept("downloading " + name);
        return agents().getFirst();
    }

    @Override
    public List<ProviderView> providers() {
        return List.of(
                new ProviderView(
                        "local",
                        "namespace",
                        true,
                        List.of("pty", "net.deny"),
                        List.of("oom.signal"),
                        walls));
    }

    @Override
    public Examination examine() {
        return new Examination(walls, agents(), List.of());
    }

    @Override
    public Sweep sweep(boolean dryRun) {
        sweeps.add(dryRun);
        return sweep;
    }

    @Override
    public List<Chore> rest(int most) {
        return List.of();
    }

    @Override
    public void keepHouse() {}

    @Override
    public List<RunId> recover() {
        return List.of();
    }

    @Override
    public void close() {
        closed = true;
    }

    /** The usual last event of a run. */
    static Event ended() {
        return new AgentEvent.RunCompleted(
                "stop",
                "Done.",
                AgentEvent.Usage.run(1200, 200, 0, 34, 0, Optional.empty()),
                0,
                0,
                0,
                900,
                Optional.of(Outcome.COMPLETED),
                OptionalInt.of(0));
    }
}
