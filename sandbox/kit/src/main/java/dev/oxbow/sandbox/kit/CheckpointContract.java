package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.Rollback;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How checkpoints are taken, found, gone back to, forked from and deleted. */
public abstract class CheckpointContract extends CheckpointCase {

    @Test
    void whoHasNoCheckpointsRefusesThemAndDoesNothing() {
        lacks(Capability.SNAPSHOT_FS);
        Sandbox sandbox = sandbox();
        refusedAsUnsupported(() -> sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next())));
        refusedAsUnsupported(sandbox::checkpoints);
        refusedAsUnsupported(() -> provider().checkpoint(CheckpointId.next()));
        refusedAsUnsupported(() -> provider().checkpoints());
        refusedAsUnsupported(() -> provider().deleteCheckpoint(CheckpointId.next()));
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void whoCannotRollBackRefusesItAndEndsNothing() throws InterruptedException {
        lacks(Capability.ROLLBACK_INPLACE);
        Sandbox sandbox = sandbox();
        SandboxProcess process = busy(sandbox);
        refusedAsUnsupported(() -> sandbox.rollback(CheckpointId.next()));
        assertThat(process.exit()).isEmpty();
    }

    @Test
    void whoCannotForkRefusesItAndMakesNothing() {
        lacks(Capability.FORK_RUNNING);
        SandboxId id = newId();
        refusedAsUnsupported(() -> provider().create(SandboxSpec.of(id).from(CheckpointId.next())));
        assertThat(provider().get(id)).isEmpty();
    }

    @Test
    void aCheckpointSaysWhatItIsAndIsFoundAgain() {
        needs(Capability.SNAPSHOT_FS);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        CheckpointSpec spec = CheckpointSpec.of(newCheckpointId()).named("before the storm");
        Checkpoint checkpoint = sandbox.checkpoint(spec);
        assertThat(checkpoint.id()).isEqualTo(spec.id());
        assertThat(checkpoint.sandbox()).isEqualTo(sandbox.id());
        assertThat(checkpoint.parent()).isEmpty();
        assertThat(checkpoint.name()).contains("before the storm");
        assertThat(checkpoint.kind()).isEqualTo(Checkpoint.Kind.FILESYSTEM);

        Checkpoint found = provider().checkpoint(spec.id()).orElseThrow();
        assertThat(found.createdAt()).isEqualTo(checkpoint.createdAt());
        assertThat(found.bytes()).hasValueSatisfying(b -> assertThat(b.bytes()).isPositive());
        assertThat(sandbox.checkpoints()).containsExactly(found);
        assertThat(provider().checkpoints()).contains(found);
    }

    @Test
    void theyAreListedInOrderEachWithTheOneBeforeAsItsParent() {
        needs(Capability.SNAPSHOT_FS);
        Sandbox sandbox = sandbox();
        Sandbox other = sandbox();
        Checkpoint first = checkpoint(sandbox);
        Checkpoint alien = checkpoint(other);
        write(sandbox, "a", "one");
        Checkpoint second = checkpoint(sandbox);
        assertThat(second.parent()).contains(first.id());
        assertThat(sandbox.checkpoints())
                .extracting(Checkpoint::id)
                .containsExactly(first.id(), second.id());
        assertThat(provider().checkpoints())
                .extracting(Checkpoint::id)
                .containsSubsequence(first.id(), alien.id(), second.id());
    }

    @Test
    void takingItAgainGivesTheSameOne() {
        needs(Capability.SNAPSHOT_FS);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        Checkpoint first = checkpoint(sandbox);
        write(sandbox, "a", "two");
        Checkpoint again = sandbox.checkpoint(CheckpointSpec.of(first.id()));
        assertThat(again.createdAt()).isEqualTo(first.createdAt());
        assertThat(sandbox.checkpoints()).hasSize(1);
        assertThat(read(sandbox, "a")).isEqualTo("two");
    }

    @Test
    void anIdIsNotTakenTwiceForDifferentThings() {
        needs(Capability.SNAPSHOT_FS);
        Sandbox sandbox = sandbox();
        CheckpointSpec spec = CheckpointSpec.of(newCheckpointId());
        Checkpoint unusedFirst = sandbox.checkpoint(spec);
        refused(ErrorCode.IDEMPOTENCY_KEY_REUSED, () -> sandbox.checkpoint(spec.named("other")));
        Sandbox another = sandbox();
        refused(ErrorCode.IDEMPOTENCY_KEY_REUSED, () -> another.checkpoint(spec));
    }

    @Test
    void takenAtOnceUnderOneIdItIsTakenOnce() throws InterruptedException {
        needs(Capability.SNAPSHOT_FS);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        CheckpointSpec spec = CheckpointSpec.of(newCheckpointId());
        Callable<Checkpoint> call = () -> sandbox.checkpoint(spec);
        List<Checkpoint> all = together(List.of(call, call, call, call));
        assertThat(all).extracting(Checkpoint::createdAt).containsOnly(all.get(0).createdAt());
        assertThat(sandbox.checkpoints()).hasSize(1);
    }

    @Test
    void manyTakenAtOnceAreAllWhole() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        List<Checkpoint> all =
                together(
                        IntStream.range(0, 5)
                                .<Callable<Checkpoint>>mapToObj(_ -> () -> checkpoint(sandbox))
                                .toList());
        assertThat(sandbox.checkpoints()).hasSize(5);
        for (Checkpoint each : all) {
            assertThat(read(fork(each), "a")).isEqualTo("one");
        }
    }

    @Test
    void anUnknownOneIsToldAndNothingHappens() throws InterruptedException {
        needs(Capability.SNAPSHOT_FS);
        Sandbox sandbox = sandbox();
        SandboxProcess process = busy(sandbox);
        CheckpointId unknown = CheckpointId.next();
        assertThat(provider().checkpoint(unknown)).isEmpty();
        if (offers(Capability.ROLLBACK_INPLACE)) {
            refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> sandbox.rollback(unknown));
            assertThat(process.exit()).isEmpty();
        }
        if (offers(Capability.FORK_RUNNING)) {
            SandboxId id = newId();
            refused(
                    ErrorCode.SNAPSHOT_NOT_FOUND,
                    () -> provider().create(SandboxSpec.of(id).from(unknown)));
            assertThat(provider().get(id)).isEmpty();
        }
        provider().deleteCheckpoint(unknown);
    }

    @Test
    void aRollbackEndsProcessesAndBumpsTheIncarnation() throws InterruptedException {
        needs(Capability.ROLLBACK_INPLACE);
        Labels labels = Labels.of("kit", "rolled");
        Sandbox sandbox = sandbox(labels);
        write(sandbox, "a", "one");
        Checkpoint checkpoint = checkpoint(sandbox);
        write(sandbox, "a", "two");
        write(sandbox, "b", "new");
        SandboxProcess ended = sandbox.exec(sh("true"));
        assertThat(ended.awaitExit(soon())).isPresent();
        SandboxProcess process = busy(sandbox);

        Rollback rollback = sandbox.rollback(checkpoint.id());

        assertThat(rollback.to()).isEqualTo(checkpoint.id());
        assertThat(rollback.ended()).containsExactly(process.id());
        assertThat(process.awaitExit(soon())).map(ProcessExit::success).contains(false);
        assertThat(rollback.incarnation()).isEqualTo(2);
        assertThat(sandbox.record().incarnation()).isEqualTo(2);
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
        assertThat(sandbox.record().labels()).isEqualTo(labels);
        assertThat(everything(sandbox)).containsOnlyKeys("a");
        assertThat(run(sandbox, "cat a").out()).isEqualTo("one");
    }

    @Test
    void filesThatWereOpenBeforeARollbackAreRefused() {
        needs(Capability.ROLLBACK_INPLACE);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        Checkpoint checkpoint = checkpoint(sandbox);
        try (FileTree before = sandbox.files(Sandbox.WORKSPACE)) {
            int unusedIncarnation = sandbox.rollback(checkpoint.id()).incarnation();
            TreePath path = TreePath.of("a");
            refused(ErrorCode.OPERATION_INTERRUPTED, () -> before.scan(_ -> true));
            refused(ErrorCode.OPERATION_INTERRUPTED, () -> before.stat(TreePath.of("b")));
            refused(ErrorCode.OPERATION_INTERRUPTED, () -> before.read(path));
            refused(ErrorCode.OPERATION_INTERRUPTED, () -> before.mkdir(TreePath.of("d"), 0755));
            refused(ErrorCode.OPERATION_INTERRUPTED, () -> before.remove(path));
        }
        assertThat(everything(sandbox)).containsOnlyKeys("a");
    }

    @Test
    void aRollbackGoesBackAndForthAndToTheSamePlaceTwice() {
        needs(Capability.ROLLBACK_INPLACE);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        Checkpoint first = checkpoint(sandbox);
        write(sandbox, "a", "two");
        Checkpoint second = checkpoint(sandbox);
        write(sandbox, "a", "three");
        for (Checkpoint to : List.of(first, second, first, first)) {
            assertThat(sandbox.rollback(to.id()).to()).isEqualTo(to.id());
            assertThat(read(sandbox, "a")).isEqualTo(to.equals(first) ? "one" : "two");
            write(sandbox, "a", "spoilt");
        }
        assertThat(sandbox.checkpoints()).hasSize(2);
        assertThat(checkpoint(sandbox).parent()).contains(first.id());
    }

    @Test
    void theFilesOfAnotherSandboxAreNotRolledBackTo() throws InterruptedException {
        needs(Capability.ROLLBACK_INPLACE);
        Checkpoint alien = checkpoint(sandbox());
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "mine");
        SandboxProcess process = busy(sandbox);
        refused(ErrorCode.INVALID_ARGUMENT, () -> sandbox.rollback(alien.id()));
        assertThat(process.exit()).isEmpty();
        assertThat(read(sandbox, "a")).isEqualTo("mine");
    }

    @Test
    void aStoppedSandboxIsCheckpointedReadAndRolledBack() throws InterruptedException {
        needs(Capability.ROLLBACK_INPLACE);
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        Checkpoint running = checkpoint(sandbox);
        write(sandbox, "b", "two");
        sandbox.stop();
        Checkpoint stopped = checkpoint(sandbox);
        assertThat(everything(sandbox)).containsOnlyKeys("a", "b");
        write(sandbox, "c", "three");
        assertThat(read(sandbox, "c")).isEqualTo("three");
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.STOPPED);

        sandbox.start();
        assertThat(run(sandbox, "cat a b c").out()).isEqualTo("onetwothree");
        sandbox.stop();
        assertThat(sandbox.rollback(running.id()).ended()).isEmpty();
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
        assertThat(everything(sandbox)).containsOnlyKeys("a");
        assertThat(everything(fork(stopped))).containsOnlyKeys("a", "b");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPausedSandboxIsCheckpointedAndStaysPaused(boolean busy) throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        needs(Capability.PAUSE_MEMORY);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        if (busy) {
            SandboxProcess unusedGoesOn = busy(sandbox);
        }
        sandbox.pause();
        Checkpoint checkpoint = checkpoint(sandbox);
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.PAUSED);
        assertThat(read(fork(checkpoint), "a")).isEqualTo("one");

        sandbox.start();
        assertThat(sandbox.record().incarnation()).isEqualTo(1);
        assertThat(run(sandbox, "cat a").out()).isEqualTo("one");
    }

    /** Whichever comes first, the checkpoint does not wake what the pause has stopped. */
    @Test
    void aPauseAndCheckpointsAtOnceLeaveItPausedAndTheirFilesWhole() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        needs(Capability.PAUSE_MEMORY);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        SandboxProcess process = busy(sandbox);
        Callable<Optional<Checkpoint>> pause =
                () -> {
                    sandbox.pause();
                    return Optional.empty();
                };
        Callable<Optional<Checkpoint>> take = () -> Optional.of(checkpoint(sandbox));
        List<Optional<Checkpoint>> all = together(List.of(take, pause, take, take));
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.PAUSED);
        for (Optional<Checkpoint> each : all) {
            each.ifPresent(taken -> assertThat(read(fork(taken), "a")).isEqualTo("one"));
        }
        sandbox.start();
        assertThat(process.exit()).isEmpty();
    }

    @Test
    void aForkBeginsAsTheCheckpointAndIsFreeFromThenOn() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        Sandbox source = sandbox(Labels.of("kit", "source"));
        write(source, "a", "one");
        make(source, "mkdir d; echo kept > d/kept; echo gone > d/gone");
        SandboxProcess process = busy(source);
        Checkpoint checkpoint = checkpoint(source);
        Sandbox one = fork(checkpoint);
        Sandbox two = fork(checkpoint);
        Map<String, String> before = everything(source);
        assertThat(everything(one)).isEqualTo(before);
        assertThat(one.record().labels()).isEqualTo(Labels.NONE);
        assertThat(one.processes()).isEmpty();
        assertThat(one.record().incarnation()).isEqualTo(1);

        make(one, "echo changed > a; rm d/gone; mkdir e");
        assertThat(everything(two)).isEqualTo(before);
        assertThat(everything(source)).isEqualTo(before);
        make(source, "rm -r d");
        assertThat(everything(two)).isEqualTo(before);
        assertThat(run(one, "cat a d/kept").out()).isEqualTo("changed\nkept\n");
        assertThat(process.exit()).isEmpty();
    }

    @Test
    void aForkIsKeyedAndCanGoBackToWhereItCameFrom() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        needs(Capability.ROLLBACK_INPLACE);
        Sandbox source = sandbox();
        write(source, "a", "one");
        Checkpoint checkpoint = checkpoint(source);
        SandboxId id = newId();
        Sandbox first = fork(id, checkpoint);
        write(first, "a", "two");
        assertThat(read(fork(id, checkpoint), "a")).isEqualTo("two");
        refused(ErrorCode.IDEMPOTENCY_KEY_REUSED, () -> provider().create(SandboxSpec.of(id)));
        Checkpoint own = checkpoint(first);
        assertThat(own.parent()).contains(checkpoint.id());
        assertThat(first.rollback(checkpoint.id()).incarnation()).isEqualTo(2);
        assertThat(read(first, "a")).isEqualTo("one");
        assertThat(run(fork(own), "cat a").out()).isEqualTo("two");
    }

    @Test
    void manyForksAtOnceAllTakeCommands() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        Sandbox source = sandbox();
        write(source, "a", "one");
        Checkpoint checkpoint = checkpoint(source);
        List<String> answers =
                together(
                        IntStream.range(0, 8)
                                .<Callable<String>>mapToObj(
                                        _ -> () -> run(fork(checkpoint), "cat a").out())
                                .toList());
        assertThat(answers).hasSize(8).containsOnly("one");
    }

    @Test
    void aCheckpointOutlivesItsSandbox() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        Sandbox source = sandbox();
        write(source, "a", "one");
        Checkpoint checkpoint = checkpoint(source);
        provider().destroy(source.id());
        assertThat(provider().checkpoint(checkpoint.id())).isPresent();
        Sandbox fork = fork(checkpoint);
        assertThat(run(fork, "cat a; echo two > a; cat a").out()).isEqualTo("onetwo\n");
    }

    @Test
    void aDeletedOneIsGoneAndTheOthersStayWhole() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        Checkpoint first = checkpoint(sandbox);
        write(sandbox, "b", "two");
        Checkpoint middle = checkpoint(sandbox);
        write(sandbox, "c", "three");
        Checkpoint last = checkpoint(sandbox);
        provider().deleteCheckpoint(middle.id());
        provider().deleteCheckpoint(middle.id());
        assertThat(provider().checkpoint(middle.id())).isEmpty();
        assertThat(sandbox.checkpoints())
                .extracting(Checkpoint::id)
                .containsExactly(first.id(), last.id());
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> fork(middle));
        assertThat(everything(fork(first))).containsOnlyKeys("a");
        assertThat(everything(fork(last))).containsOnlyKeys("a", "b", "c");
        provider().deleteCheckpoint(first.id());
        provider().deleteCheckpoint(last.id());
        assertThat(run(sandbox, "cat a b c; echo x > d").out()).isEqualTo("onetwothree");
        assertThat(everything(sandbox)).containsOnlyKeys("a", "b", "c", "d");
    }

    @Test
    void whatNothingNeedsIsCollectedAndNothingElse() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        Checkpoint kept = checkpoint(sandbox);
        write(sandbox, "b", "two");
        Checkpoint deleted = checkpoint(sandbox);
        Sandbox fork = fork(deleted);
        provider().deleteCheckpoint(deleted.id());
        List<?> unusedFound = provider().collect(false);
        assertThat(provider().collect(true)).isEmpty();
        assertThat(everything(sandbox)).containsOnlyKeys("a", "b");
        assertThat(everything(fork)).containsOnlyKeys("a", "b");
        assertThat(run(fork(kept), "cat a").out()).isEqualTo("one");
    }

    @Test
    void anotherProviderObjectFindsForksAndRollsBack() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        needs(Capability.ROLLBACK_INPLACE);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        Checkpoint checkpoint = checkpoint(sandbox);
        write(sandbox, "a", "two");
        try (SandboxProvider other = subject().open()) {
            assertThat(other.checkpoint(checkpoint.id()))
                    .map(Checkpoint::createdAt)
                    .isEqualTo(Optional.of(checkpoint.createdAt()));
            Sandbox same = other.get(sandbox.id()).orElseThrow();
            assertThat(same.rollback(checkpoint.id()).incarnation()).isEqualTo(2);
            Sandbox fork = other.create(SandboxSpec.of(newId()).from(checkpoint.id()));
            assertThat(run(fork, "cat a").out()).isEqualTo("one");
        }
        assertThat(run(sandbox, "cat a").out()).isEqualTo("one");
    }

    @Test
    void aSandboxThatCrashedKeepsItsFilesAcrossItsCheckpoints() throws InterruptedException {
        needs(Capability.ROLLBACK_INPLACE);
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        Checkpoint checkpoint = checkpoint(sandbox);
        write(sandbox, "b", "two");
        if (!subject().crash(sandbox.id())) {
            throw LeftOut.declaredLack("nothing here can crash");
        }
        assertThat(sandbox.awaitLoss(soon())).isTrue();
        assertThat(everything(sandbox)).containsOnlyKeys("a", "b");
        sandbox.start();
        assertThat(run(sandbox, "cat a b").out()).isEqualTo("onetwo");
        assertThat(sandbox.rollback(checkpoint.id()).incarnation()).isEqualTo(3);
        assertThat(everything(sandbox)).containsOnlyKeys("a");
    }
}
