package dev.oxbow.sandbox.kit;

import static dev.oxbow.sandbox.kit.Watching.created;
import static dev.oxbow.sandbox.kit.Watching.deleted;
import static dev.oxbow.sandbox.kit.Watching.modified;
import static dev.oxbow.sandbox.kit.Watching.renamed;
import static dev.oxbow.sandbox.kit.Watching.rescan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileChange;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of changing files, to whom, and what is told when it is not known. */
public abstract class WatchContract extends ProviderContract {
    private static final int MANY = 1_500;

    @BeforeEach
    void needsWatch() {
        needs(Capability.FILES_WATCH);
    }

    private static Watching watch(Sandbox sandbox) {
        return new Watching(sandbox.watch(Sandbox.WORKSPACE));
    }

    @Test
    void whatProcessesMakeChangeRenameAndRemoveIsTold() throws Exception {
        Sandbox sandbox = sandbox();
        try (Watching watching = watch(sandbox)) {
            run(sandbox, "echo one >a");
            watching.until(created("a"));
            run(sandbox, "echo two >>a");
            watching.until(modified("a"));
            run(sandbox, "mv a b");
            watching.until(renamed("a", "b"));
            run(sandbox, "rm b");
            watching.until(deleted("b"));
        }
    }

    @Test
    void whatIsWrittenFromOutsideIsToldByItsRealNames() throws Exception {
        Sandbox sandbox = sandbox();
        try (Watching watching = watch(sandbox);
                FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            write(sandbox, "f", "one");
            watching.until(created("f"));
            write(sandbox, "f", "two");
            watching.until(
                    change -> change.equals(created("f")) || change.equals(modified("f")),
                    "f anew");
            files.symlink(
                    TreePath.of("link"), "f".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            watching.until(created("link"));
            files.rename(TreePath.of("f"), TreePath.of("g"));
            watching.until(renamed("f", "g"));
            files.remove(TreePath.of("g"));
            watching.until(deleted("g"));
            assertThat(watching.taken().toString()).doesNotContain("oxbow-tmp");
        }
    }

    @Test
    void whatWasThereBeforeIsNoNews() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "mkdir -p old/deep && echo x >old/deep/f");
        try (Watching watching = watch(sandbox)) {
            run(sandbox, "echo y >new");
            watching.until(created("new"));
            assertThat(watching.taken()).allMatch(c -> c.toString().contains("new"));
        }
    }

    @Test
    void newDirectoriesAreWatchedWithAllThatIsInThem() throws Exception {
        Sandbox sandbox = sandbox();
        try (Watching watching = watch(sandbox)) {
            run(sandbox, "mkdir -p d/e/f && echo 1 >d/e/f/one");
            watching.until(created("d"), created("d/e"), created("d/e/f"), created("d/e/f/one"));
            run(sandbox, "echo 2 >d/e/f/two");
            watching.until(created("d/e/f/two"));
            run(sandbox, "rm -r d");
            watching.until(deleted("d"));
        }
    }

    @Test
    void aDirectoryThatWasRenamedIsToldByItsNewName() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "mkdir -p d/below && echo 1 >d/below/f");
        try (Watching watching = watch(sandbox)) {
            run(sandbox, "mv d e");
            watching.until(renamed("d", "e"));
            assertThat(watching.taken()).containsExactly(renamed("d", "e"));
            run(sandbox, "echo 2 >>e/below/f");
            watching.until(modified("e/below/f"));
            run(sandbox, "mkdir d && echo 3 >d/other");
            watching.until(created("d"), created("d/other"));
        }
    }

    @Test
    void whatComesFromElsewhereIsCreatedAndWhatLeavesIsDeleted() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "mkdir -p in out/d && echo 1 >out/d/f");
        try (Watching watching = new Watching(sandbox.watch(Sandbox.WORKSPACE + "/in"))) {
            run(sandbox, "mv out/d in/d");
            watching.until(created("d"), created("d/f"));
            run(sandbox, "mv in/d out/d");
            watching.until(deleted("d"));
            run(sandbox, "echo 2 >out/d/g; echo 3 >in/h");
            watching.until(created("h"));
            assertThat(watching.taken()).doesNotContain(created("d/g"));
        }
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "mkdir /tmp/aside && ln -s /tmp/aside before");
        try (Watching watching = watch(sandbox)) {
            run(sandbox, "ln -s /tmp/aside after");
            watching.until(created("after"));
            run(sandbox, "echo 1 >/tmp/aside/f; echo 2 >end");
            watching.until(created("end"));
            assertThat(watching.taken().toString()).doesNotContain("/f");
        }
        run(sandbox, "mkdir there && ln -s there link");
        refused(ErrorCode.PATH_ESCAPE, () -> sandbox.watch(Sandbox.WORKSPACE + "/link").close());
        refused(
                ErrorCode.FILE_NOT_FOUND,
                () -> sandbox.watch(Sandbox.WORKSPACE + "/absent").close());
    }

    @Test
    void severalWatchersEachSeeAll() throws Exception {
        Sandbox sandbox = sandbox();
        try (SandboxProvider other = subject().open();
                Watching one = watch(sandbox);
                Watching two = watch(other.get(sandbox.id()).orElseThrow())) {
            run(sandbox, "echo 1 >f");
            one.until(created("f"));
            two.until(created("f"));
        }
    }

    @Test
    void aWatchThatIsClosedTellsNothingMoreAndEndsAWait() throws Exception {
        Sandbox sandbox = sandbox();
        Watching watching = watch(sandbox);
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> waiting = thread.submit(() -> watching.watch().next(soon()));
            watching.close();
            watching.close();
            assertThat(waiting.get()).isEqualTo(Optional.empty());
        }
        run(sandbox, "echo 1 >f");
        assertThat(watching.watch().next(soon())).isEmpty();
    }

    @Test
    void nothingIsToldWhileNothingChanges() throws Exception {
        try (Watching watching = watch(sandbox())) {
            assertThat(watching.watch().next(Deadline.in(Duration.ofMillis(300)))).isEmpty();
        }
    }

    @Test
    void whoeverDoesNotComeForLongIsToldAllOrToLookAgain() throws Exception {
        Sandbox sandbox = sandbox();
        try (Watching watching = watch(sandbox);
                FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            for (int i = 0; i < MANY; i++) {
                files.mkdir(TreePath.of("d" + i), 0755);
                files.rename(TreePath.of("d" + i), TreePath.of("e" + i));
                files.remove(TreePath.of("e" + i));
            }
            files.mkdir(TreePath.of("last"), 0755);
            watching.until(
                    change -> change.equals(created("last")) || change instanceof FileChange.Rescan,
                    "the last or a look at everything");
            run(sandbox, "echo 1 >last/f");
            watching.until(created("last/f"));
        }
    }

    @Test
    void aPauseChangesNothingForWhoeverWatches() throws Exception {
        needs(Capability.PAUSE_MEMORY);
        Sandbox sandbox = sandbox();
        try (Watching watching = watch(sandbox)) {
            sandbox.pause();
            write(sandbox, "outside", "1");
            watching.until(created("outside"));
            assertThat(sandbox.record().state()).isEqualTo(SandboxState.PAUSED);
            sandbox.start();
            run(sandbox, "echo 1 >inside");
            watching.until(created("inside"));
            assertThat(watching.taken()).noneMatch(FileChange.Rescan.class::isInstance);
        }
    }

    @Test
    void aStoppedSandboxIsNotWatchedAndLookedAtAnewOnceItIsStarted() throws Exception {
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        try (Watching watching = watch(sandbox)) {
            sandbox.stop();
            refused(
                    ErrorCode.CONTAINER_UNAVAILABLE,
                    () -> sandbox.watch(Sandbox.WORKSPACE).close());
            sandbox.start();
            watching.until(rescan(FileChange.Cause.REPLACED));
            run(sandbox, "echo 1 >f");
            watching.until(created("f"));
        }
    }

    @Test
    void aCheckpointLosesNoChange() throws Exception {
        needs(Capability.SNAPSHOT_FS);
        Sandbox sandbox = sandbox();
        CheckpointSpec spec = CheckpointSpec.of(CheckpointId.next());
        try (Watching watching = watch(sandbox)) {
            Checkpoint _ = sandbox.checkpoint(spec);
            run(sandbox, "echo 1 >f");
            watching.until(
                    change -> change.equals(created("f")) || change instanceof FileChange.Rescan,
                    "f or a look at everything");
            run(sandbox, "sleep 0.5; echo 1 >g");
            watching.until(
                    change -> change.equals(created("g")) || change instanceof FileChange.Rescan,
                    "g or a look at everything");
        } finally {
            provider().deleteCheckpoint(spec.id());
        }
    }

    @Test
    void aRollbackIsToldAsOtherFilesAndWatchingGoesOn() throws Exception {
        needs(Capability.ROLLBACK_INPLACE);
        Sandbox sandbox = sandbox();
        CheckpointSpec spec = CheckpointSpec.of(CheckpointId.next());
        run(sandbox, "mkdir kept; echo 1 >kept/f");
        Checkpoint _ = sandbox.checkpoint(spec);
        try (Watching watching = watch(sandbox)) {
            run(sandbox, "echo 1 >later");
            watching.until(created("later"));
            sandbox.rollback(spec.id());
            watching.until(rescan(FileChange.Cause.REPLACED));
            assertThat(exists(sandbox, "later")).isFalse();
            run(sandbox, "echo 2 >>kept/f");
            watching.until(
                    change ->
                            change.equals(modified("kept/f"))
                                    || change instanceof FileChange.Rescan,
                    "kept/f or a look at everything");
            assertThat(watching.taken()).doesNotContain(deleted("kept"));
        } finally {
            provider().deleteCheckpoint(spec.id());
        }
    }

    @Test
    void aDestroyedSandboxEndsTheWatchAndItsFilesWereNotDeletedByAnybody() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "echo 1 >f");
        try (Watching watching = watch(sandbox)) {
            provider().destroy(sandbox.id());
            refused(ErrorCode.SANDBOX_NOT_FOUND, () -> watching.until(deleted("f")));
            assertThat(watching.taken()).isEmpty();
        }
        refused(ErrorCode.SANDBOX_NOT_FOUND, () -> sandbox.watch(Sandbox.WORKSPACE).close());
    }

    @Test
    void theWatchedDirectoryItselfMayGo() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "mkdir d e");
        try (Watching one = new Watching(sandbox.watch(Sandbox.WORKSPACE + "/d"));
                Watching two = new Watching(sandbox.watch(Sandbox.WORKSPACE + "/e"))) {
            run(sandbox, "rm -r d; mv e f");
            refused(ErrorCode.FILE_NOT_FOUND, () -> one.until(created("never")));
            refused(ErrorCode.FILE_NOT_FOUND, () -> two.until(created("never")));
            refused(ErrorCode.FILE_NOT_FOUND, () -> two.until(created("never")));
        }
    }

    @Test
    void namesAreBytes() throws Exception {
        Sandbox sandbox = sandbox();
        TreePath odd = TreePath.of(new byte[] {'a', (byte) 0xFF, '\n'});
        try (Watching watching = watch(sandbox);
                FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            files.mkdir(odd, 0755);
            files.mkdir(odd.resolve("d"), 0755);
            watching.until(new FileChange.Created(odd), new FileChange.Created(odd.resolve("d")));
        }
    }
}
