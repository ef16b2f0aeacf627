package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Edits arrive in the sandbox while somebody works there, and nobody's work is lost by it. */
@Timeout(120)
class WorktreeWatchTest {
    private static final Duration QUIET = Duration.ofMillis(300);

    @TempDir Path tmp;
    private SyncFixture f;
    private Sandbox sandbox;
    private Path inside;
    private final Heard heard = new Heard();

    private static final class Heard implements WorktreeWatch.Listener {
        final List<WatchReport> synced = new CopyOnWriteArrayList<>();
        final List<OxException> failed = new CopyOnWriteArrayList<>();
        final List<String> rescanning = new CopyOnWriteArrayList<>();

        @Override
        public void synced(WatchReport report) {
            synced.add(report);
        }

        @Override
        public void failed(OxException reason) {
            failed.add(reason);
        }

        @Override
        public void rescanning(String reason, Duration interval) {
            rescanning.add(reason);
        }
    }

    @BeforeEach
    void open() {
        f = new SyncFixture(tmp);
        f.write(".gitignore", "*.log\n");
        f.write("a", "1\n");
        f.write("b", "1\n");
        f.write("dir/file", "1\n");
        f.commit("first");
        sandbox = f.sandbox();
        f.in(sandbox);
        inside = f.inside(sandbox);
    }

    @AfterEach
    void close() {
        f.close();
    }

    private WorktreeWatch watch() {
        return f.sync().watch(sandbox, QUIET, heard);
    }

    private void live() {
        var _ = f.sync().live(sandbox, () -> false);
    }

    private void awaitInside(String path, String content) {
        await().untilAsserted(() -> assertThat(inside.resolve(path)).hasContent(content));
    }

    private void awaitGoneInside(String path) {
        await().untilAsserted(() -> assertThat(inside.resolve(path)).doesNotExist());
    }

    /** Makes the next files look old enough to be replaced: nobody writes them any more. */
    private void settled(String path) throws IOException {
        Path file = inside.resolve(path);
        await().until(() ->
                System.currentTimeMillis()
                                - ((java.nio.file.attribute.FileTime)
                                                Files.getAttribute(file, "unix:ctime"))
                                        .toMillis()
                        > 50);
    }

    @Test
    void anEditArrivesAndIsNoWorkOfTheAgent() {
        try (WorktreeWatch _ = watch()) {
            f.write("a", "edited\n");
            f.write("new", "mine\n");
            awaitInside("a", "edited");
            awaitInside("new", "mine");
        }
        SyncFixture.shell(sandbox, "echo agent > b");

        Harvest harvest = f.harvest(sandbox);

        assertThat(harvest.changes()).extracting(c -> c.path().toString()).containsExactly("b");
        assertThat(f.apply(harvest, ConflictPolicy.FAIL).applied()).isTrue();
        assertThat(f.repo.resolve("a")).hasContent("edited");
        assertThat(f.repo.resolve("b")).hasContent("agent");
        assertThat(SyncFixture.git(inside, "fsck", "--connectivity-only"))
                .doesNotContain("missing", "broken");
        assertThat(heard.failed).isEmpty();
    }

    @Test
    void whatTheAgentChangedAsWellStaysOnBothSidesAndIsAConflictAtTheEnd() {
        SyncFixture.shell(sandbox, "echo agent > a");
        try (WorktreeWatch _ = watch()) {
            f.write("a", "user\n");
            f.write("b", "user\n");
            awaitInside("b", "user");
            await().until(() -> heard.synced.stream().anyMatch(r -> !r.held().isEmpty()));
        }

        assertThat(inside.resolve("a")).hasContent("agent");
        assertThat(f.repo.resolve("a")).hasContent("user");
        ApplyReport report = f.out(sandbox);
        assertThat(report.applied()).isFalse();
        assertThat(report.conflicts()).extracting(c -> c.path().toString()).containsExactly("a");
        assertThat(heard.failed).isEmpty();
    }

    @Test
    void aFileThatTheAgentWritesInTheLastMomentIsNotReplaced() throws Exception {
        f.write("a", "user\n");
        f.step =
                at -> {
                    if (at.equals("live-before-rename")) {
                        SyncFixture.write(inside, "a", "agent\n");
                    }
                };
        settled("a");

        assertThat(f.sync().live(sandbox, () -> false).again()).isTrue();

        assertThat(inside.resolve("a")).hasContent("agent");
        f.step = _ -> {};
        assertThat(f.out(sandbox).conflicts()).hasSize(1);
    }

    @Test
    void aFileThatTheAgentWritesBeforeItIsRemovedStays() throws Exception {
        Files.delete(f.repo.resolve("a"));
        f.step =
                at -> {
                    if (at.equals("live-decided")) {
                        SyncFixture.write(inside, "a", "agent\n");
                    }
                };
        settled("a");

        live();

        assertThat(inside.resolve("a")).hasContent("agent");
    }

    @Test
    void transientAndEditorsFilesNeitherArriveNorDisturb() throws Exception {
        try (WorktreeWatch _ = watch()) {
            f.write(".a.swp", "swap");
            f.write("a~", "backup");
            f.write("4913", "");
            Files.delete(f.write("passing", "x"));
            Files.move(f.repo.resolve("a"), f.repo.resolve("a~"), replacing());
            f.write("a", "saved\n");
            f.write("debug.log", "ignored");
            awaitInside("a", "saved");
            Files.delete(f.repo.resolve(".a.swp"));
            f.write("b", "saved\n");
            awaitInside("b", "saved");
        }

        assertThat(SyncFixture.tree(inside).keySet())
                .containsExactlyInAnyOrder(".gitignore", "a", "b", "dir/", "dir/file");
        assertThat(heard.failed).isEmpty();
        assertThat(heard.synced).allMatch(r -> r.held().isEmpty());
        assertThat(f.out(sandbox).conflicts()).isEmpty();
    }

    private static java.nio.file.StandardCopyOption replacing() {
        return java.nio.file.StandardCopyOption.REPLACE_EXISTING;
    }

    @Test
    void aFileThatVanishesOnceItWasReadVanishesInsideToo() throws Exception {
        f.write("passing", "x");
        f.write("a", "edited\n");
        settled("a");
        AtomicBoolean gone = new AtomicBoolean();
        f.step = at -> gone.compareAndSet(false, f.repo.resolve("passing").toFile().delete());

        live();
        f.step = _ -> {};
        live();

        assertThat(inside.resolve("a")).hasContent("edited");
        assertThat(inside.resolve("passing")).doesNotExist();
        assertThat(f.out(sandbox).conflicts()).isEmpty();
    }

    @Test
    void aBurstOfEditsIsAFewSyncs() {
        try (WorktreeWatch _ = watch()) {
            for (int i = 0; i < 1000; i++) {
                f.write("many/" + i % 10 + "/f" + i, "x" + i);
            }
            awaitInside("many/9/f999", "x999");
            await().until(() -> SyncFixture.tree(inside).equals(SyncFixture.tree(f.repo)));
        }

        assertThat(heard.synced.size()).isBetween(1, 20);
        assertThat(heard.failed).isEmpty();
    }

    @Test
    void deletionsRenamesLinksAndNewDirectoriesAreFollowed() throws Exception {
        try (WorktreeWatch _ = watch()) {
            f.write("fresh/deep/one", "1");
            awaitInside("fresh/deep/one", "1");
            f.write("fresh/deep/two", "2");
            awaitInside("fresh/deep/two", "2");
            Files.move(f.repo.resolve("dir"), f.repo.resolve("moved"));
            awaitInside("moved/file", "1");
            awaitGoneInside("dir");
            f.write("moved/more", "x");
            awaitInside("moved/more", "x");
            Files.delete(f.repo.resolve("b"));
            Files.createDirectory(f.repo.resolve("b"));
            f.write("b/in", "x");
            awaitInside("b/in", "x");
            Files.createSymbolicLink(f.repo.resolve("link"), Path.of("a"));
            await().until(() -> SyncFixture.tree(inside).equals(SyncFixture.tree(f.repo)));
        }
        assertThat(heard.failed).isEmpty();
        assertThat(f.harvest(sandbox).changes()).isEmpty();
    }

    @Test
    void stoppingWaitsForTheSyncUnderWayAndNothingIsWrittenAfterwards() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        f.step =
                at -> {
                    if (at.equals("live-before-rename")) {
                        begun.countDown();
                        hold(goOn);
                    }
                };
        WorktreeWatch watch = watch();
        f.write("a", "edited\n");
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        Thread closing = Thread.ofPlatform().start(watch::close);
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertThat(inside.resolve("a")).hasContent("1");

        goOn.countDown();
        closing.join();

        assertThat(inside.resolve("a")).hasContent("edited");
        assertThat(heard.synced).hasSize(1);
        f.step = _ -> {};
        assertThat(f.harvest(sandbox).changes()).isEmpty();
    }

    private static void hold(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withoutNoticesOfTheSystemTheTreeIsLookedThroughAtIntervals() {
        DirectoryWatches.Opener none =
                () -> {
                    throw new IOException("User limit of inotify instances reached");
                };
        try (WorktreeWatch _ = f.sync().watch(sandbox, QUIET, heard, none)) {
            await().until(() -> !heard.rescanning.isEmpty());
            f.write("a", "edited\n");
            awaitInside("a", "edited");
        }
        assertThat(heard.rescanning).containsExactly("User limit of inotify instances reached");
        assertThat(heard.failed).isEmpty();
    }

    @Test
    void aFailureIsToldOnceAndTheEditStaysForTheEnd() throws Exception {
        AtomicInteger tried = new AtomicInteger();
        f.step =
                at -> {
                    if (at.equals("live-decided")) {
                        tried.incrementAndGet();
                        throw new IllegalStateException("no luck");
                    }
                };
        try (WorktreeWatch _ = watch()) {
            f.write("a", "edited\n");
            await().until(() -> tried.get() >= 2);
        }
        assertThat(heard.failed).hasSize(1);
        f.step = _ -> {};
        SyncFixture.shell(sandbox, "echo agent > b");
        assertThat(f.out(sandbox).applied()).isTrue();
        assertThat(f.repo.resolve("a")).hasContent("edited");
    }

    @Test
    void aWatchThatIsKilledAtAnyWriteLeavesTheEndAndTheNextSyncRight() throws Exception {
        boolean died = true;
        for (int n = 0; died; n++) {
            String as = "after " + n + " writes";
            f.write("a", "edit " + n);
            f.write("deep/" + n + "/x", "new " + n);
            Files.writeString(f.repo.resolve("gone" + n), "x");
            DyingSandbox dying = new DyingSandbox(sandbox, n);
            settled("a");
            Throwable end = catchThrowable(() -> f.sync().live(dying, () -> false));
            died = end != null;
            if (died) {
                assertThat(end).as(as).isInstanceOf(DyingSandbox.Killed.class);
            }
            // The user goes on; the agent, too.
            f.write("a", "later " + n);
            SyncFixture.shell(sandbox, "echo " + n + " > agents" + n);

            if (n % 2 == 0) {
                live();
            }
            Harvest harvest = f.harvest(sandbox);
            ApplyReport report = f.apply(harvest, ConflictPolicy.FAIL);

            assertThat(report.conflicts()).as(as).isEmpty();
            assertThat(f.repo.resolve("a")).as(as).hasContent("later " + n);
            assertThat(f.repo.resolve("agents" + n)).as(as).hasContent("" + n);
            f.in(sandbox);
            assertThat(SyncFixture.tree(inside)).as(as).isEqualTo(SyncFixture.tree(f.repo));
            assertThat(SyncFixture.git(inside, "fsck", "--connectivity-only"))
                    .as(as)
                    .doesNotContain("missing", "broken");
        }
    }
}
