package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Chore;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.engine.Execution;
import dev.oxbow.engine.Keeping;
import dev.oxbow.engine.Place;
import dev.oxbow.engine.Sweep;
import dev.oxbow.posix.TreePath;
import dev.oxbow.providers.fake.FakeProvider;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Lifetime;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of sandboxes that nobody uses, and of those that only seem so. */
@Timeout(60)
class HousekeepingTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir Path dir;
    private Installation installation;
    private Engine engine;
    private FakeProvider provider;

    @BeforeEach
    void open() throws Exception {
        installation = new Installation(dir);
        engine = installation.engine();
        provider = new FakeProvider(installation.world);
    }

    @AfterEach
    void close() {
        engine.close();
        installation.close();
    }

    private SandboxId afterARun(Keeping keeping) throws InterruptedException {
        RunId run =
                engine.start(installation.script("echo made > made.txt").keeping(keeping).build())
                        .getFirst();
        return engine.await(run).sandbox().orElseThrow();
    }

    private Sandbox sandbox(SandboxId id) {
        return provider.get(id).orElseThrow();
    }

    private SandboxState state(SandboxId id) {
        return sandbox(id).record().state();
    }

    private void write(SandboxId id, String name) throws IOException {
        try (FileTree files = sandbox(id).files(Sandbox.WORKSPACE)) {
            files.write(
                    TreePath.of(name),
                    0644,
                    Optional.empty(),
                    new ByteArrayInputStream(name.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private List<Chore> sweep() {
        Sweep sweep = engine.sweep(false);
        assertThat(sweep.untouched()).isEmpty();
        return sweep.chores();
    }

    private String told() throws IOException {
        return Files.readString(dir.resolve("data/housekeeping.jsonl"));
    }

    private Path archived(SandboxId id) {
        return dir.resolve("data/archive/" + id + "/workspace");
    }

    @Test
    void anIdleSandboxIsStoppedAndTheNextRunStartsItAgain() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        assertThat(sweep()).isEmpty();
        installation.pass(MINUTE.multipliedBy(16));

        assertThat(sweep()).extracting(Chore::action).containsExactly(Chore.Action.STOP);
        assertThat(state(id)).isEqualTo(SandboxState.STOPPED);
        assertThat(told()).contains("\"type\":\"sandbox.stopped\"", id.value(), "idle 16 min");
        assertThat(sweep()).isEmpty();

        RunId next = engine.start(installation.script("cat made.txt").build()).getFirst();
        List<EventEnvelope> events = Installation.follow(engine, next);
        assertThat(Installation.types(events)).contains("sandbox.started");
        assertThat(engine.await(next).sandbox()).contains(id);
    }

    @Test
    void aDryRunSaysWhatWouldBeDoneAndDoesNothing() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        installation.pass(MINUTE.multipliedBy(16));

        Sweep sweep = engine.sweep(true);

        assertThat(sweep.dryRun()).isTrue();
        assertThat(sweep.chores()).extracting(Chore::sandbox).containsExactly(id);
        assertThat(state(id)).isEqualTo(SandboxState.READY);
        assertThat(dir.resolve("data/housekeeping.jsonl")).doesNotExist();
    }

    @Test
    void f27_aZombieIsDestroyedOnceItsWorkIsArchived() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        write(id, "only-here.txt");
        installation.pass(HOUR.multipliedBy(24));
        sweep();
        assertThat(sweep()).extracting(Chore::action).containsExactly(Chore.Action.WAIT);
        sweep();
        assertThat(told()).containsOnlyOnce("sandbox.idle_warning");
        installation.pass(HOUR.multipliedBy(2));

        List<Chore> chores = sweep();

        assertThat(chores).extracting(Chore::action).containsExactly(Chore.Action.DESTROY);
        assertThat(chores.getFirst().reason()).startsWith("idle 26 h; work archived as ");
        assertThat(provider.get(id)).isEmpty();
        assertThat(archived(id).resolve("only-here.txt")).hasContent("only-here.txt");
        assertThat(told()).contains("\"type\":\"zombie.destroyed\"", "idle 26 h");
        assertThat(afterARun(Keeping.IDLE)).as("a new one takes its place").isNotEqualTo(id);

        installation.pass(Duration.ofDays(6));
        sweep();
        assertThat(archived(id)).exists();
        installation.pass(Duration.ofDays(2));
        sweep();
        assertThat(archived(id)).doesNotExist();
    }

    @Test
    void f27_aQuietProcessThatRunsKeepsItsSandbox() throws Exception {
        Place place = new Place.OfWorktree(installation.worktree);
        Execution quiet = engine.exec(ExecRequest.of(place, List.of("/bin/sleep", "600")));
        installation.pass(HOUR.multipliedBy(50));

        assertThat(sweep()).isEmpty();

        assertThat(quiet.process().exit()).isEmpty();
        assertThat(state(quiet.sandbox())).isEqualTo(SandboxState.BUSY);
    }

    @Test
    void f22_workThatIsSafeElsewhereIsNotArchived() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        installation.pass(HOUR.multipliedBy(27));

        assertThat(sweep()).extracting(Chore::archive).containsExactly(Optional.empty());

        assertThat(provider.get(id)).isEmpty();
        assertThat(archived(id)).doesNotExist();
    }

    @Test
    void f22_whatCannotBeArchivedIsNotDestroyed() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        write(id, "only-here.txt");
        installation.pass(HOUR.multipliedBy(27));
        // Once to compare it, once to copy it.
        installation.world.failNext("files", ErrorCode.SYNC_UNREADABLE);
        installation.world.failNext("files", ErrorCode.SYNC_UNREADABLE);

        Sweep sweep = engine.sweep(false);

        assertThat(sweep.untouched()).hasSize(1);
        assertThat(sweep.untouched().getFirst()).contains(id.value(), "attempt 1");
        assertThat(provider.get(id)).isPresent();
    }

    @Test
    void aSandboxThatARunAskedToKeepStays() throws Exception {
        SandboxId id = afterARun(Keeping.KEEP);
        installation.pass(HOUR.multipliedBy(100));

        sweep();
        sweep();

        assertThat(state(id)).isEqualTo(SandboxState.STOPPED);
    }

    @Test
    void aSandboxWhoseTimeIsOverIsDestroyed() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        sandbox(id).setLifetime(Lifetime.ENDLESS.endingAfter(HOUR));
        installation.pass(MINUTE.multipliedBy(59));
        assertThat(sweep()).isEmpty();
        sandbox(id).touch();
        installation.pass(MINUTE.multipliedBy(59));
        assertThat(sweep()).isEmpty();
        installation.pass(MINUTE.multipliedBy(2));

        assertThat(sweep()).extracting(Chore::reason).containsExactly("its time to live is over");
        assertThat(provider.get(id)).isEmpty();
    }

    @Test
    void anOrphanIsDestroyedAfterItWasSeenForLongEnough() throws Exception {
        SandboxId ours = afterARun(Keeping.IDLE);
        Labels labels = sandbox(ours).record().labels();
        SandboxId orphan = SandboxId.next();
        provider.create(
                SandboxSpec.of(orphan)
                        .withLabels(
                                labels.with("oxbow-thread-id", "thr_0000000000000000000000000z"))
                        .withLifetime(Lifetime.ENDLESS));
        SandboxId foreign = SandboxId.next();
        provider.create(
                SandboxSpec.of(foreign)
                        .withLabels(labels.with("oxbow-owner", "somebody-else"))
                        .withLifetime(Lifetime.ENDLESS));
        write(orphan, "w.txt");
        sandbox(ours).setLifetime(Lifetime.ENDLESS);
        installation.pass(HOUR.multipliedBy(20));

        assertThat(sweep()).extracting(Chore::action).containsExactly(Chore.Action.WAIT);
        installation.pass(MINUTE.multipliedBy(61));
        assertThat(sweep()).extracting(Chore::sandbox).containsExactly(orphan);

        assertThat(provider.get(orphan)).isEmpty();
        assertThat(archived(orphan).resolve("w.txt")).exists();
        assertThat(provider.get(ours)).isPresent();
        assertThat(provider.get(foreign)).isPresent();
    }

    @Test
    void aSandboxGoesAfterItsWorktreeWhichIsProvenToBeGone() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        sandbox(id).setLifetime(Lifetime.ENDLESS);
        Path aside = dir.resolve("aside");
        Files.move(installation.worktree, aside);

        assertThat(sweep()).extracting(Chore::action).containsExactly(Chore.Action.WAIT);
        Files.move(aside, installation.worktree);
        installation.pass(HOUR.multipliedBy(2));
        assertThat(sweep()).as("it is back").isEmpty();
        Files.move(installation.worktree, aside);
        assertThat(sweep()).extracting(Chore::action).containsExactly(Chore.Action.WAIT);
        installation.pass(HOUR.multipliedBy(2));
        assertThat(sweep()).extracting(Chore::action).containsExactly(Chore.Action.DESTROY);

        assertThat(provider.get(id)).isEmpty();
        assertThat(archived(id).resolve("made.txt")).exists();
    }

    @Test
    void f34_aLookUpThatFailsTouchesNothing() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        installation.pass(HOUR.multipliedBy(30));
        installation.world.failNext("list", ErrorCode.PROVIDER_UNAVAILABLE);

        Sweep sweep = engine.sweep(false);

        assertThat(sweep.chores()).isEmpty();
        assertThat(sweep.untouched()).hasSize(1);
        assertThat(sweep.untouched().getFirst()).contains("fake", "nothing was changed");
        assertThat(state(id)).isEqualTo(SandboxState.READY);
    }

    @Test
    void f53_notesThatCannotBeReadDelayAndNeverDestroy() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        installation.pass(HOUR.multipliedBy(30));
        Files.writeString(dir.resolve("data/sweep/" + id), "{");

        Sweep sweep = engine.sweep(false);

        assertThat(sweep.chores()).isEmpty();
        assertThat(sweep.untouched()).hasSize(1);
        assertThat(state(id)).isEqualTo(SandboxState.READY);
    }

    @Test
    void f21_f56_aSandboxThatCannotBeDestroyedIsTriedAgainLaterAndLater() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        installation.pass(HOUR.multipliedBy(30));
        for (int attempt = 1; attempt <= 4; attempt++) {
            for (int each = 0; each < 3; each++) {
                installation.world.failNext("destroy", ErrorCode.PROVIDER_UNAVAILABLE);
            }
            Sweep sweep = engine.sweep(false);
            assertThat(sweep.untouched()).hasSize(1);
            assertThat(sweep.untouched().getFirst())
                    .contains("attempt " + attempt + " to destroy it failed", "next in");
            assertThat(sweep()).as("not before its time").isEmpty();
            assertThat(provider.get(id)).isPresent();
            installation.pass(MINUTE.multipliedBy(6));
        }

        assertThat(sweep()).extracting(Chore::action).containsExactly(Chore.Action.DESTROY);
        assertThat(provider.get(id)).isEmpty();
    }

    @Test
    void f26_thoseThatIdleLongestRestFirstAndThoseAtWorkNever() throws Exception {
        SandboxId first = afterARun(Keeping.IDLE);
        Labels labels = sandbox(first).record().labels();
        installation.pass(MINUTE);
        Sandbox second = provider.create(SandboxSpec.of(SandboxId.next()).withLabels(labels));
        installation.pass(MINUTE);
        Sandbox busy = provider.create(SandboxSpec.of(SandboxId.next()).withLabels(labels));
        busy.exec(ProcessSpec.of("/bin/sleep", "600"));

        assertThat(engine.rest(1)).extracting(Chore::sandbox).containsExactly(first);
        assertThat(engine.rest(5)).extracting(Chore::sandbox).containsExactly(second.id());

        assertThat(busy.record().state()).isEqualTo(SandboxState.BUSY);
    }

    @Test
    void f54_aClockThatJumpsChangesNothing() throws Exception {
        SandboxId id = afterARun(Keeping.IDLE);
        sandbox(id).setLifetime(Lifetime.DEFAULT.endingAfter(HOUR));
        for (int days : List.of(1, -1, 100, -100)) {
            installation.world.clock(
                    Clock.offset(Clock.system(ZoneOffset.UTC), Duration.ofDays(days)));
            assertThat(sweep()).isEmpty();
            assertThat(sandbox(id).record().idle()).isLessThan(MINUTE);
            assertThat(sandbox(id).record().timeLeft().orElseThrow())
                    .isGreaterThan(MINUTE.multipliedBy(50));
        }
        assertThat(state(id)).isEqualTo(SandboxState.READY);
    }
}
