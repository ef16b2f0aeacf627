package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.oxbow.agents.Outcome;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.engine.Keeping;
import dev.oxbow.engine.Place;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunView;
import dev.oxbow.providers.fake.FakeProvider;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows of the failure matrix that the engine answers for. */
@Timeout(60)
class FailureTest {
    @TempDir Path dir;
    private Installation installation;
    private Engine engine;

    @BeforeEach
    void open() throws Exception {
        installation = new Installation(dir);
        engine = installation.engine();
    }

    @AfterEach
    void close() {
        engine.close();
        installation.close();
    }

    @Test
    void f23_manyWhoWantTheSandboxOfAWorktreeAtOnceGetOne() throws Exception {
        List<Future<SandboxId>> found = new ArrayList<>();
        try (Engine other = installation.engine();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 25; i++) {
                found.add(callers.submit(() -> sandboxBy(engine)));
                found.add(callers.submit(() -> sandboxBy(other)));
            }
            for (Future<SandboxId> each : found) {
                assertThat(each.get()).isEqualTo(found.getFirst().get());
            }
        }

        assertThat(engine.sandboxes()).hasSize(1);
    }

    private SandboxId sandboxBy(Engine by) {
        Place place = new Place.OfWorktree(installation.worktree);
        return by.exec(ExecRequest.of(place, List.of("/bin/true"))).sandbox();
    }

    @Test
    void f28_aMissingKeyCreatesNothing() {
        RunRequest request = RunRequest.of(installation.worktree, "do it").build();

        assertThatThrownBy(() -> engine.start(request))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.AGENT_AUTH_MISSING));

        assertThat(engine.sandboxes()).isEmpty();
        assertThat(engine.runs(RunFilter.ALL)).isEmpty();
    }

    @Test
    void f28_aProviderThatRefusesItsCredentialIsNeitherAskedToCreateNorToReuse() throws Exception {
        engine.await(start("true"));
        installation.world.failNext("list", ErrorCode.PROVIDER_AUTH_FAILED);

        RunOutcome outcome = outcomeOf(start("echo made > made.txt"));

        assertThat(outcome.outcome()).isEqualTo(Outcome.AUTH);
        assertThat(outcome.exitCode()).isEqualTo(77);
        assertThat(engine.sandboxes()).hasSize(1);
        assertThat(installation.worktree.resolve("made.txt")).doesNotExist();
    }

    @Test
    void f35_ofSeveralSandboxesThatFitNoneIsTouched() throws Exception {
        engine.await(start("true"));
        SandboxRecord first = engine.sandboxes().getFirst();
        SandboxId second = SandboxId.next();
        new FakeProvider(installation.world)
                .create(SandboxSpec.of(second).withLabels(first.labels()).withLimits(Limits.NONE));

        RunOutcome outcome = outcomeOf(start("echo made > made.txt"));

        assertThat(outcome.code()).contains(ErrorCode.IDENTITY_AMBIGUOUS);
        assertThat(outcome.message()).contains("found 2", first.id().value(), second.value());
        assertThat(engine.sandboxes()).hasSize(2);
        assertThat(installation.worktree.resolve("made.txt")).doesNotExist();
    }

    @Test
    void f37_workThatCannotBeFetchedIsNoSuccessAndItsSandboxStays() throws Exception {
        installation.failNextHarvest(ErrorCode.SYNC_UNREADABLE);

        RunOutcome outcome =
                outcomeOf(start(installation.script("echo m > m.txt").keeping(Keeping.REMOVE)));

        assertThat(outcome.code()).contains(ErrorCode.SYNC_UNREADABLE);
        assertThat(outcome.exitCode()).isEqualTo(ErrorCode.SYNC_UNREADABLE.exitCode());
        assertThat(outcome.applied()).isFalse();
        assertThat(engine.sandboxes()).hasSize(1);
    }

    @Test
    void f50_aFullSandboxEndsTheRunTypedAndItsWordsAreKept() throws Exception {
        RunView view =
                engine.await(start("echo 'write failed: No space left on device' >&2; exit 1"));
        installation.world.failNext("exec", ErrorCode.NO_SPACE);
        RunOutcome typed = outcomeOf(start("true"));

        assertThat(view.outcome().orElseThrow().outcome()).isEqualTo(Outcome.TURN_FAILED);
        assertThat(view.artifacts().resolve("run.log")).content().contains("No space left on");
        assertThat(typed.code()).contains(ErrorCode.NO_SPACE);
        assertThat(typed.exitCode()).isEqualTo(74);
    }

    @Test
    void f51_aFullDiskAtSyncOutAppliesNothingAndCanBeRepeated() throws Exception {
        installation.failNextApply(ErrorCode.NO_SPACE);
        RunId run = start("echo made > made.txt");

        RunOutcome outcome = outcomeOf(run);

        assertThat(outcome.code()).contains(ErrorCode.NO_SPACE);
        assertThat(outcome.exitCode()).isEqualTo(74);
        assertThat(installation.worktree.resolve("made.txt")).doesNotExist();
        assertThat(engine.sandboxes()).hasSize(1);
    }

    @Test
    void f53_anUnreadableStoreCreatesAndRemovesNothing() throws Exception {
        engine.await(start("true"));
        engine.close();
        Path database = dir.resolve("data/oxbow.db");
        Files.deleteIfExists(dir.resolve("data/oxbow.db-wal"));
        Files.writeString(database, "this is not a database, and was one once".repeat(200));

        assertThatThrownBy(() -> installation.engine())
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE));

        assertThat(new FakeProvider(installation.world).list(Labels.NONE)).hasSize(1);
    }

    @Test
    void f53_whoFollowsARunIsToldThatItsStoreBrokeAndTheAgentWorksOn() throws Exception {
        try (Engine breaking =
                installation.engine(point -> {
                    if (point == CrashPoint.AGENT_STARTED) {
                        forgetEvents();
                    }
                })) {
            RunId run =
                    breaking.start(installation.script("echo said; exec sleep 30").build())
                            .getFirst();

            assertThatThrownBy(() -> breaking.await(run))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE));
            assertThat(installation.world.runningProcesses()).isEqualTo(1);
        }
    }

    private void forgetEvents() {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("data/oxbow.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE event");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aKeptSandboxOutlivesItsRunsAndIsNotReplaced() throws Exception {
        RunId run = start(installation.script("true").keeping(Keeping.KEEP));
        SandboxId kept = engine.await(run).sandbox().orElseThrow();

        engine.remove(run, false);

        assertThat(engine.sandboxes()).extracting(SandboxRecord::id).containsExactly(kept);
    }

    @Test
    void aSandboxGoesWithTheLastOfItsRuns() throws Exception {
        RunId run = start("true");
        engine.await(run);

        engine.remove(run, false);

        await().until(() -> engine.sandboxes().isEmpty());
    }

    private RunId start(String script) {
        return start(installation.script(script));
    }

    private RunId start(RunRequest.Builder request) {
        return engine.start(request.build()).getFirst();
    }

    private RunOutcome outcomeOf(RunId run) throws InterruptedException {
        return engine.await(run).outcome().orElseThrow();
    }
}
