package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EventStream;
import dev.oxbow.engine.Removal;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunState;
import dev.oxbow.engine.RunView;
import dev.oxbow.posix.TreePath;
import dev.oxbow.providers.fake.FakeProvider;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.workspace.ConflictPolicy;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class EngineTest {
    @TempDir Path dir;
    private Installation installation;
    private Engine engine;

    /** What the engine stands on. */
    Installation installation(Path root) throws Exception {
        return new Installation(root);
    }

    @BeforeEach
    void open() throws Exception {
        installation = installation(dir);
        engine = installation.engine();
    }

    @AfterEach
    void close() {
        engine.close();
        installation.close();
    }

    @Test
    void aCommandRunsAndItsWorkComesBack() throws Exception {
        RunId run = start("echo hello; echo made > made.txt");

        List<EventEnvelope> events = Installation.follow(engine, run);
        RunView view = engine.await(run);

        assertThat(view.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(view.state()).isEqualTo(RunState.COMPLETED);
        assertThat(installation.worktree.resolve("made.txt")).hasContent("made\n");
        assertThat(events.stream().mapToLong(EventEnvelope::seq))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(Installation.types(events))
                .contains("sandbox.created", "run.started", "sync.completed", "tool.started")
                .endsWith("run.completed");
        assertThat(view.artifacts().resolve("exit.json")).content().contains("\"completed\"");
        assertThat(view.artifacts().resolve("run.log")).content().contains("out hello");
        assertThat(Files.readAllLines(view.artifacts().resolve("events.jsonl")))
                .hasSize(events.size());
    }

    @Test
    void f16_aReaderThatDoesNotComeHoldsUpNobodyAndMissesNothing() throws Exception {
        RunId run = start("for i in $(seq 1 40); do seq 1 100; done; echo made > made.txt");
        try (EventStream slow = engine.events(run, 0)) {
            Deadline deadline = Deadline.in(Duration.ofSeconds(50));
            List<Long> seen = new ArrayList<>(List.of(slow.next(deadline).orElseThrow().seq()));

            List<EventEnvelope> quick = Installation.follow(engine, run);
            assertThat(engine.await(run).state()).isEqualTo(RunState.COMPLETED);

            while (!slow.finished()) {
                seen.add(slow.next(deadline).orElseThrow().seq());
            }
            assertThat(seen).isEqualTo(quick.stream().map(EventEnvelope::seq).toList());
            try (EventStream resumed = engine.events(run, seen.size() - 1)) {
                assertThat(resumed.next(deadline)).contains(quick.getLast());
            }
        }
    }

    @Test
    void theReportSaysAllThatIsKnown() throws Exception {
        RunView view = engine.await(start("echo hello; echo made > made.txt"));

        JsonNode exit = Json.tree(Files.readString(view.artifacts().resolve("exit.json")));
        assertThat(exit.path("runId").asString()).isEqualTo(view.id().value());
        assertThat(exit.path("threadId").asString()).isEqualTo(view.thread().value());
        assertThat(exit.path("sandboxId").asString())
                .isEqualTo(view.sandbox().orElseThrow().value());
        assertThat(exit.path("reason").isNull()).isTrue();
        assertThat(exit.at("/phases/agent_running").isNumber()).isTrue();
        assertThat(exit.at("/agent/name").asString()).isEqualTo("command");
        assertThat(exit.at("/agent/mode").asString()).isEqualTo("exec");
        assertThat(exit.at("/agent/exitCode").asInt(-1)).isZero();
        assertThat(exit.at("/repo/branch").asString()).isEqualTo("main");
        assertThat(exit.at("/repo/insertions").asInt()).isEqualTo(1);
        assertThat(exit.at("/repo/dirty").asBoolean()).isTrue();
        assertThat(exit.at("/counts/commands").asInt()).isEqualTo(1);
        assertThat(exit.at("/tier/effective").asString()).isEqualTo("process");
        assertThat(exit.path("filesChanged").asInt()).isEqualTo(1);
        assertThat(exit.path("artifacts").propertyNames())
                .contains("run.log", "summary.md", "events.jsonl", "diff.patch");
        assertThat(exit.has("partial")).isTrue();
    }

    @Test
    void aPatchThatCannotBeMadeIsToldAndCostsNothingElse() throws Exception {
        installation.failDiffs();

        RunView view = engine.await(start("echo made > made.txt"));

        assertThat(view.outcome().orElseThrow().outcome()).isEqualTo(Outcome.INTERNAL_ERROR);
        assertThat(installation.worktree.resolve("made.txt")).exists();
        JsonNode exit = Json.tree(Files.readString(view.artifacts().resolve("exit.json")));
        assertThat(exit.path("outcome").asString()).isEqualTo("internal_error");
        assertThat(exit.path("exitCode").asInt()).isEqualTo(70);
        assertThat(exit.at("/repo/insertions").isNull()).isTrue();
        assertThat(Files.readAllLines(view.artifacts().resolve("events.jsonl")))
                .last()
                .asString()
                .contains("run.error");
    }

    @Test
    void aPlaceForTheArtifactsThatCannotBeMadeFailsBeforeAnythingIsDone() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "mine");

        RunId run =
                engine.start(
                                installation
                                        .script("echo made > made.txt")
                                        .out(file.resolve("out"))
                                        .build())
                        .getFirst();
        RunView view = engine.await(run);

        assertThat(view.outcome().orElseThrow().exitCode()).isNotZero();
        assertThat(view.outcome().orElseThrow().message()).contains("file/out");
        assertThat(engine.sandboxes()).isEmpty();
        assertThat(file).hasContent("mine");
    }

    @Test
    void theSandboxOfAThreadIsUsedAgain() throws Exception {
        RunView first = engine.await(start("echo one"));
        RunId second = start("echo two");

        assertThat(Installation.types(Installation.follow(engine, second)))
                .contains("sandbox.reused")
                .doesNotContain("sandbox.created");
        assertThat(engine.run(second).sandbox()).isEqualTo(first.sandbox());
        assertThat(engine.sandboxes()).hasSize(1);
    }

    @Test
    void aFailingCommandFailsTheRunAndItsWorkComesBackAllTheSame() throws Exception {
        RunView view = engine.await(start("echo made > made.txt; exit 3"));

        assertThat(view.outcome().orElseThrow().outcome()).isEqualTo(Outcome.TURN_FAILED);
        assertThat(view.outcome().orElseThrow().exitCode()).isEqualTo(1);
        assertThat(installation.worktree.resolve("made.txt")).exists();
    }

    @Test
    void f12_theWallDeadlineEndsTheWholeTree() throws Exception {
        RunId run =
                engine.start(
                                installation
                                        .script("echo begun; sleep 999 & sleep 999")
                                        .timeout(Duration.ofSeconds(1))
                                        .build())
                        .getFirst();
        RunView view = engine.await(run);

        assertThat(view.state()).isEqualTo(RunState.TIMEOUT);
        assertThat(view.outcome().orElseThrow().exitCode()).isEqualTo(124);
        assertThat(view.outcome().orElseThrow().code()).contains(ErrorCode.PROCESS_TIMEOUT);
        assertThat(view.outcome().orElseThrow().message()).contains("stopped after 1 s");
        assertThat(installation.world.runningProcesses()).isZero();
    }

    @Test
    void f45_anAgentThatIsSilentForTooLongIsStopped() throws Exception {
        RunId run =
                engine.start(
                                installation
                                        .script("sleep 999")
                                        .idleTimeout(Duration.ofMillis(300))
                                        .build())
                        .getFirst();

        RunView view = engine.await(run);

        assertThat(view.outcome().orElseThrow().code()).contains(ErrorCode.AGENT_STALLED);
        assertThat(view.outcome().orElseThrow().reason()).contains("idle");
        assertThat(view.state()).isEqualTo(RunState.TIMEOUT);
    }

    @Test
    void cancellingStopsTheAgentAndStillBringsItsWorkBack() throws Exception {
        RunId run = start("echo made > made.txt; echo ready; sleep 999");
        awaitEvent(run, "tool.started");
        await().until(() -> engine.run(run).lastSeq() > 0 && logOf(run).contains("ready"));

        engine.cancel(run);
        RunView view = engine.await(run);

        assertThat(view.state()).isEqualTo(RunState.CANCELLED);
        assertThat(view.outcome().orElseThrow().exitCode()).isEqualTo(130);
        assertThat(view.outcome().orElseThrow().partial()).isTrue();
        assertThat(installation.worktree.resolve("made.txt")).exists();
    }

    @Test
    void f60_aSandboxInUseGoesByForceOnlyAndItsWorkIsArchived() throws Exception {
        RunId run = start("echo made > made.txt; echo ready; sleep 999");
        awaitEvent(run, "tool.started");
        await().until(() -> logOf(run).contains("ready"));
        SandboxId sandbox = engine.run(run).sandbox().orElseThrow();

        assertThatThrownBy(() -> engine.remove(sandbox, false))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKTREE_BUSY))
                .hasMessageContaining("run " + run + " is active; --force cancels and archives");
        assertThat(engine.run(run).outcome()).isEmpty();
        Removal removal = engine.remove(sandbox, true);

        assertThat(engine.run(run).state()).isEqualTo(RunState.CANCELLED);
        assertThat(installation.worktree.resolve("made.txt")).as("what it had made").exists();
        assertThat(removal.sandboxes()).containsExactly(sandbox);
        assertThat(engine.sandboxes()).isEmpty();
    }

    @Test
    void f60_workThatIsNowhereElseIsKeptWhenItsSandboxIsForcedAway() throws Exception {
        RunId run = start("echo made > made.txt");
        SandboxId sandbox = engine.await(run).sandbox().orElseThrow();
        put(sandbox, Sandbox.WORKSPACE, "only-here");
        put(sandbox, Sandbox.HOME, "session");
        put(sandbox, Sandbox.HOME, ".cache/again");

        Removal removal = engine.remove(sandbox, true);

        Path archive = dir.resolve("data/archive").resolve(sandbox.value());
        assertThat(removal.notes()).containsExactly("its work is kept for a week in " + archive);
        assertThat(archive.resolve("workspace/only-here")).hasContent("only-here");
        assertThat(archive.resolve("home/session")).hasContent("session");
        assertThat(archive.resolve("home/.cache/again")).doesNotExist();
    }

    @Test
    void aRunIsForgottenAlsoWhenItsSandboxWentBefore() throws Exception {
        RunId run = start("echo made > made.txt");
        engine.remove(engine.await(run).sandbox().orElseThrow(), true);

        assertThat(engine.remove(run, false).runs()).containsExactly(run);

        assertThat(engine.runs(RunFilter.ALL)).isEmpty();
    }

    private void put(SandboxId sandbox, String directory, String path) throws Exception {
        FakeProvider provider = new FakeProvider(installation.world);
        try (FileTree files = provider.get(sandbox).orElseThrow().files(directory)) {
            TreePath parent = TreePath.of(path).parent();
            if (!parent.isRoot()) {
                files.mkdir(parent, 0755);
            }
            files.write(
                    TreePath.of(path),
                    0600,
                    Optional.empty(),
                    new ByteArrayInputStream(path.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private String logOf(RunId run) throws Exception {
        Path log = dir.resolve("data/runs").resolve(run.value()).resolve("run.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private void awaitEvent(RunId run, String type) throws InterruptedException {
        try (var events = engine.events(run, 0)) {
            while (!events.finished()) {
                var next = events.next(Deadline.in(Duration.ofSeconds(20))).orElseThrow();
                if (next.type().equals(type)) {
                    return;
                }
            }
        }
        throw new AssertionError("no " + type);
    }

    @Test
    void f41_runsOfOneWorktreeTakeTurns() throws Exception {
        RunId first = start("echo first; sleep 1; echo x > order; cat order");
        RunId second = start("echo second; cat order");

        assertThat(Installation.types(Installation.follow(engine, second))).contains("run.queued");
        assertThat(engine.await(first).state()).isEqualTo(RunState.COMPLETED);
        assertThat(engine.await(second).state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void f41_whoWillNotWaitIsToldWhoHoldsTheWorktree() throws Exception {
        RunId first = start("sleep 5");

        assertThatThrownBy(() -> engine.start(installation.script("true").queue(false).build()))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKTREE_BUSY))
                .hasMessageContaining(first.value());

        engine.cancel(first);
        engine.await(first);
    }

    @Test
    void f34_aLookupThatFailsCreatesNothing() throws Exception {
        installation.world.failNext("list", ErrorCode.PROVIDER_UNAVAILABLE);

        RunView view = engine.await(start("true"));

        assertThat(view.outcome().orElseThrow().exitCode()).isEqualTo(69);
        assertThat(view.outcome().orElseThrow().code()).contains(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(engine.sandboxes()).isEmpty();
    }

    @Test
    void attemptsEachHaveASandboxAndApplyNothing() throws Exception {
        List<RunId> runs = engine.start(installation.script("echo $$ > pid").attempts(3).build());
        for (RunId run : runs) {
            assertThat(engine.await(run).outcome().orElseThrow().message()).isEqualTo("completed");
        }

        assertThat(engine.sandboxes()).hasSize(3);
        assertThat(installation.worktree.resolve("pid")).doesNotExist();

        engine.apply(runs.get(1), ConflictPolicy.FAIL);
        assertThat(installation.worktree.resolve("pid")).exists();
        assertThat(engine.run(runs.get(1)).outcome().orElseThrow().applied()).isTrue();
    }

    @Test
    void f14_aSandboxThatIsLostIsNoticedAndItsFilesAreBroughtBack() throws Exception {
        RunId run = start("echo made > made.txt; echo ready; sleep 999");
        await().until(() -> logOf(run).contains("ready"));

        installation.world.lose(engine.run(run).sandbox().orElseThrow());
        RunView view = engine.await(run);

        assertThat(view.state()).isEqualTo(RunState.FAILED);
        assertThat(view.outcome().orElseThrow().partial()).isTrue();
        assertThat(installation.worktree.resolve("made.txt")).exists();
    }

    private RunId start(String script) {
        return engine.start(installation.script(script).build()).getFirst();
    }
}
