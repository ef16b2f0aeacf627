package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.CheckpointOrigin;
import dev.oxbow.engine.CheckpointView;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.engine.Fork;
import dev.oxbow.engine.Place;
import dev.oxbow.engine.RolledBack;
import dev.oxbow.engine.RunView;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Garbage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TimelineTest {
    @TempDir Path dir;
    private GitInstallation at;
    private Engine engine;

    @BeforeEach
    void open() throws Exception {
        at = new GitInstallation(dir);
        engine = at.engine(_ -> {});
    }

    @AfterEach
    void close() {
        at.close();
    }

    @Test
    void aRunKeepsWhatItStartedWithAndWhatItsTurnLeft() throws Exception {
        RunView run = run("echo agent > a");

        List<CheckpointView> all = checkpoints();

        assertThat(all)
                .extracting(c -> c.name().orElseThrow())
                .containsExactly("after turn 1 of " + run.id(), "before " + run.id());
        assertThat(all)
                .extracting(CheckpointView::origin)
                .containsExactly(CheckpointOrigin.AFTER_TURN, CheckpointOrigin.BEFORE_RUN);
        assertThat(all.getFirst().parent()).contains(all.getLast().id());
        assertThat(Installation.types(Installation.follow(engine, run.id())))
                .filteredOn("sandbox.checkpoint"::equals)
                .hasSize(2);
    }

    @Test
    void aTurnThatChangedNothingIsNotKept() throws Exception {
        RunView run = run("cat a; touch a");

        assertThat(checkpoints())
                .extracting(c -> c.name().orElseThrow())
                .containsExactly("before " + run.id());
    }

    @Test
    void whereCheckpointsAreNotCheapARunTakesNoneAndSaysNothing() throws Exception {
        at.world.without(Capability.CHECKPOINT_FAST);

        RunView run = run("echo agent > a");

        assertThat(run.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(checkpoints()).isEmpty();
        assertThat(Installation.types(Installation.follow(engine, run.id())))
                .doesNotContain("sandbox.checkpoint");
        assertThat(run.artifacts().resolve("run.log")).content().doesNotContain("checkpoint");
    }

    @Test
    void aCheckpointThatFailsCostsTheRunNothing() throws Exception {
        at.world.failNext("checkpoint", ErrorCode.NO_SPACE);

        RunView run = run("echo agent > a");

        assertThat(run.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(run.artifacts().resolve("run.log"))
                .content()
                .contains("no checkpoint before " + run.id());
        assertThat(checkpoints()).hasSize(1);
    }

    @Test
    void afterARollbackNothingIsLostOnEitherSide() throws Exception {
        CheckpointId before = before(run("echo agent > a"));
        at.write("b", "user\n");

        RolledBack done = engine.timeline().rollback(before, Optional.empty());

        assertThat(done.incarnation()).isEqualTo(2);
        assertThat(at.read("a")).isEqualTo("agent\n");
        assertThat(at.read("b")).isEqualTo("user\n");
        RunView next = run("grep -q agent a; grep -q user b; echo more > c");
        assertThat(next.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(at.read("a") + at.read("b") + at.read("c")).isEqualTo("agent\nuser\nmore\n");
    }

    @Test
    void whatWasThereBeforeARollbackCanBeHadAgain() throws Exception {
        RunView run = run("echo agent > a");
        SandboxId sandbox = run.sandbox().orElseThrow();
        CheckpointId start = before(run);
        engine.exec(exec(sandbox, "echo unsaved > work")).process().awaitExit(deadline());

        RolledBack done = engine.timeline().rollback(start, Optional.empty());
        engine.timeline().rollback(done.before().orElseThrow(), Optional.empty());
        run("cat work");

        assertThat(at.read("work")).isEqualTo("unsaved\n");
    }

    @Test
    void aSandboxInWhichARunIsUnderWayIsNotRolledBack() throws Exception {
        CheckpointId before = before(run("true"));
        RunId under = engine.start(at.script("sleep 30").build()).getFirst();

        refused(
                ErrorCode.RUN_IN_PROGRESS,
                () -> engine.timeline().rollback(before, Optional.empty()));

        engine.cancel(under);
        engine.await(under);
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {
                "CHECKPOINT_INTENDED",
                "CHECKPOINT_TAKEN",
                "ROLLBACK_INTENDED",
                "ROLLED_BACK",
                "BASE_RESTORED"
            })
    void f52_aRollbackThatIsCutOffLosesNothing(CrashPoint point) throws Exception {
        CheckpointId before = before(run("echo agent > a"));
        at.write("b", "user\n");
        Engine dying =
                at.engine(step -> {
                    if (step == point) {
                        throw new Killed();
                    }
                });

        assertThatThrownBy(() -> dying.timeline().rollback(before, Optional.empty()))
                .isInstanceOf(Killed.class);
        RunView next = run("grep -q agent a; grep -q user b; echo more > c");

        assertThat(next.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(at.read("a") + at.read("b") + at.read("c")).isEqualTo("agent\nuser\nmore\n");
        assertThat(next.outcome().orElseThrow().filesChanged()).isEqualTo(1);
    }

    @Test
    void aRunFromACheckpointBeginsWithItsFilesAndBringsBackItsOwnChanges() throws Exception {
        RunView first = run("echo agent > a");
        CheckpointId start = before(first);
        at.write("b", "user\n");

        RunView run =
                GitInstallation.run(
                        engine,
                        at.script("grep -q first a; grep -q first b; echo c > c")
                                .from(start)
                                .build());

        assertThat(run.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(run.sandbox()).isNotEqualTo(first.sandbox());
        assertThat(at.read("a") + at.read("b") + at.read("c")).isEqualTo("agent\nuser\nc\n");
        assertThat(Installation.types(Installation.follow(engine, run.id())))
                .contains("sandbox.forked");
    }

    @Test
    void whatBothChangedSinceTheCheckpointIsAConflict() throws Exception {
        CheckpointId start = before(run("true"));
        at.write("a", "user\n");

        RunView run = GitInstallation.run(engine, at.script("echo agent > a").from(start).build());

        assertThat(run.outcome().orElseThrow().exitCode()).isEqualTo(73);
        assertThat(at.read("a")).isEqualTo("user\n");
    }

    @Test
    void attemptsBringTheWorktreeInOnceAndForkTheRest() throws Exception {
        at.write("b", "not committed\n");
        List<RunId> runs =
                engine.start(
                        at.script("grep -q 'not committed' b; echo $$ > a; rm b")
                                .attempts(3)
                                .build());
        int in = 0;
        int forked = 0;
        for (RunId id : runs) {
            RunView run = engine.await(id);
            assertThat(run.outcome().orElseThrow().message()).isEqualTo("completed");
            assertThat(run.outcome().orElseThrow().filesChanged()).isEqualTo(1);
            List<EventEnvelope> events = Installation.follow(engine, id);
            in += (int) events.stream().filter(e -> e.toJson().contains("\"in\"")).count();
            forked += Installation.types(events).contains("sandbox.forked") ? 1 : 0;
        }

        assertThat(forked).isEqualTo(2);
        assertThat(in).as("events of syncs in: begun and completed").isEqualTo(2);
        assertThat(engine.attempts(runs.get(1)))
                .allSatisfy(attempt -> {
                    assertThat(attempt.insertions()).hasValue(1);
                    assertThat(attempt.deletions()).hasValue(2);
                })
                .extracting(attempt -> attempt.run().id())
                .containsExactlyElementsOf(runs);
    }

    @Test
    void attemptsWhoseFirstDoesNotGetThereBringTheWorktreeInThemselves() throws Exception {
        at.world.failNext("checkpoint", ErrorCode.NO_SPACE);
        List<RunId> runs = engine.start(at.script("echo $$ > a").attempts(2).build());

        for (RunId id : runs) {
            assertThat(engine.await(id).outcome().orElseThrow().message()).isEqualTo("completed");
            assertThat(Installation.types(Installation.follow(engine, id)))
                    .doesNotContain("sandbox.forked");
        }
    }

    @Test
    void forksOfARunningSandboxAreIndependent() throws Exception {
        SandboxId sandbox = run("echo agent > a").sandbox().orElseThrow();
        engine.exec(exec(sandbox, "echo unsaved > work")).process().awaitExit(deadline());

        List<Fork> forks = engine.timeline().fork(sandbox, 3);

        assertThat(forks).extracting(Fork::sandbox).doesNotHaveDuplicates().hasSize(3);
        for (Fork fork : forks) {
            var exit =
                    engine.exec(exec(fork.sandbox(), "grep -q unsaved work && rm work"))
                            .process()
                            .awaitExit(deadline());
            assertThat(exit.orElseThrow().success()).isTrue();
        }
        refused(ErrorCode.INVALID_ARGUMENT, () -> engine.timeline().fork(sandbox, 0));
    }

    @Test
    void oldCheckpointsOfOxbowsOwnGoAndThoseOfUsersStay() throws Exception {
        CheckpointId named = before(run("true"));
        CheckpointView mine =
                engine.timeline()
                        .checkpoint(new Place.OfWorktree(at.worktree), Optional.of("mine"));
        for (int i = 0; i < 22; i++) {
            engine.timeline().rollback(mine.id(), Optional.empty());
        }

        run("true");

        assertThat(checkpoints())
                .hasSize(21)
                .extracting(CheckpointView::id)
                .contains(mine.id())
                .doesNotContain(named);
    }

    @Test
    void clearingRemovesWhatOxbowKeptOfSandboxesThatAreGone() throws Exception {
        RunView run = run("echo agent > a");
        CheckpointView mine =
                engine.timeline().checkpoint(new Place.OfRun(run.id()), Optional.of("mine"));
        assertThat(engine.sweep(true).garbage()).isEmpty();
        engine.remove(run.sandbox().orElseThrow(), true);

        List<Garbage> seen = engine.sweep(true).garbage();
        assertThat(checkpoints()).hasSize(3);
        List<Garbage> removed = engine.sweep(false).garbage();

        assertThat(seen).hasSize(2).isEqualTo(removed);
        assertThat(checkpoints()).extracting(CheckpointView::id).containsExactly(mine.id());
        refused(
                ErrorCode.SANDBOX_NOT_FOUND,
                () -> engine.timeline().rollback(mine.id(), Optional.empty()));
        assertThat(engine.timeline().fork(mine.id(), 1)).hasSize(1);
    }

    @Test
    void aLookupThatFailsClearsNothing() throws Exception {
        RunView run = run("echo agent > a");
        engine.remove(run.sandbox().orElseThrow(), true);
        at.world.failNext("get", ErrorCode.PROVIDER_UNAVAILABLE);

        assertThat(engine.sweep(false).untouched()).hasSize(1);

        assertThat(checkpoints()).hasSize(2);
    }

    @Test
    void whatIsNotThereIsNamed() throws Exception {
        CheckpointId none = CheckpointId.next();
        refused(
                ErrorCode.SNAPSHOT_NOT_FOUND,
                () -> engine.timeline().rollback(none, Optional.empty()));
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> engine.timeline().fork(none, 1));
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> engine.timeline().remove(none));
        refused(
                ErrorCode.SNAPSHOT_NOT_FOUND,
                () -> engine.start(at.script("true").from(none).build()));
        refused(
                ErrorCode.SANDBOX_NOT_FOUND,
                () ->
                        engine.timeline()
                                .checkpoint(new Place.OfWorktree(at.worktree), Optional.empty()));
        assertThat(engine.sandboxes()).isEmpty();

        CheckpointId before = before(run("true"));
        engine.timeline().remove(before);
        assertThat(checkpoints()).isEmpty();
    }

    @Test
    void aProviderThatCannotIsNotAskedTo() throws Exception {
        at.world.without(Capability.SNAPSHOT_FS);
        SandboxId sandbox = run("true").sandbox().orElseThrow();

        refused(
                ErrorCode.CAPABILITY_UNSUPPORTED,
                () -> engine.timeline().checkpoint(new Place.OfSandbox(sandbox), Optional.empty()));
        refused(ErrorCode.CAPABILITY_UNSUPPORTED, () -> engine.timeline().fork(sandbox, 1));
        assertThat(engine.sweep(false).garbage()).isEmpty();
        assertThat(checkpoints()).isEmpty();
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        OxException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private RunView run(String script) throws Exception {
        return GitInstallation.run(engine, at.script(script).build());
    }

    private List<CheckpointView> checkpoints() {
        return engine.timeline().checkpoints(Optional.of(at.worktree));
    }

    private CheckpointId before(RunView run) {
        return checkpoints().stream()
                .filter(c -> c.name().equals(Optional.of("before " + run.id())))
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static ExecRequest exec(SandboxId sandbox, String script) {
        return new ExecRequest(
                new Place.OfSandbox(sandbox),
                List.of("sh", "-c", script),
                Map.of(),
                Optional.empty());
    }

    private static Deadline deadline() {
        return Deadline.in(Duration.ofSeconds(20));
    }

    /** What a kill looks like from inside. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }
}
