package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.SessionTotals;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunRecord;
import dev.oxbow.engine.RunStore;
import dev.oxbow.engine.SessionRecord;
import dev.oxbow.engine.ThreadRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every {@link RunStore} promises. */
abstract class RunStoreContract {
    private static final String IDENTITY = "0123456789abcdef01234567";

    /** A store of the same records as any other that this has given. */
    abstract RunStore store();

    private ThreadRecord thread() {
        return store().openThread(IDENTITY, Records.WORKTREE);
    }

    private RunRecord added(ThreadId thread) {
        RunRecord run = Records.run(thread);
        store().add(List.of(run), false);
        return run;
    }

    private static void fails(ErrorCode code, ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        OxException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void theInstallationKeepsItsId() {
        assertThat(store().installation()).isNotBlank().isEqualTo(store().installation());
    }

    @Test
    void anIdentityHasOneThreadForGood() {
        ThreadRecord first = thread();
        ThreadRecord again = store().openThread(IDENTITY, Path.of("/elsewhere"));

        assertThat(again).isEqualTo(first);
        assertThat(store().threadByIdentity(IDENTITY)).contains(first);
        assertThat(store().thread(first.id())).contains(first);
        assertThat(store().threadByIdentity("another")).isEmpty();
        assertThat(store().thread(ThreadId.next())).isEmpty();
    }

    @Test
    void theSandboxOfAThreadIsRememberedAndForgotten() {
        SandboxId sandbox = SandboxId.next();
        store().setSandbox(thread().id(), Optional.of(sandbox));
        assertThat(thread().sandbox()).contains(sandbox);

        store().setSandbox(thread().id(), Optional.empty());
        assertThat(thread().sandbox()).isEmpty();
    }

    @Test
    void aRunIsReadAsItWasAdded() {
        RunRecord run = added(thread().id());

        assertThat(store().run(run.id())).contains(run);
        assertThat(store().run(RunId.next())).isEmpty();
    }

    @Test
    void f41_runsAreAddedAllOrNoneWhereTheThreadMustBeFree() {
        RunRecord holder = added(thread().id());
        ThreadRecord free = store().openThread("free", Records.WORKTREE);
        RunRecord one = Records.run(free.id());
        RunRecord two = Records.run(thread().id());

        assertThatThrownBy(() -> store().add(List.of(one, two), true))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKTREE_BUSY))
                .hasMessageContaining(holder.id().value());

        assertThat(store().run(one.id())).isEmpty();
        assertThat(store().run(two.id())).isEmpty();
        store().add(List.of(one), true);
        assertThat(store().run(one.id())).contains(one);
    }

    @Test
    void runsComeNewestFirstAndThoseThatTakeTurnsOldestFirst() {
        ThreadId thread = thread().id();
        RunRecord ended = added(thread);
        RunRecord older = added(thread);
        RunRecord newer = added(thread);
        store().commit(ended.id(), store().takeOver(ended.id()), Records.over(), List.of());

        assertThat(store().runs(RunFilter.ALL))
                .extracting(RunRecord::id)
                .containsExactly(newer.id(), older.id(), ended.id());
        assertThat(store().runs(RunFilter.ACTIVE))
                .extracting(RunRecord::id)
                .containsExactly(newer.id(), older.id());
        assertThat(store().runs(new RunFilter(Optional.of(Records.WORKTREE), true, 1)))
                .extracting(RunRecord::id)
                .containsExactly(newer.id());
        assertThat(store().runs(new RunFilter(Optional.of(Path.of("/other")), true, 9))).isEmpty();
        assertThat(store().unended(thread))
                .extracting(RunRecord::id)
                .containsExactly(older.id(), newer.id());
    }

    @Test
    void eventsAreNumberedFromOneWithoutGaps() {
        RunId run = added(thread().id()).id();
        long token = store().takeOver(run);

        List<EventEnvelope> first =
                store().commit(run, token, Records.under(), Records.said("one", "two"));
        List<EventEnvelope> second =
                store().commit(run, token, Records.under(), Records.said("three"));

        assertThat(first).extracting(EventEnvelope::seq).containsExactly(1L, 2L);
        assertThat(second).extracting(EventEnvelope::seq).containsExactly(3L);
        assertThat(store().lastSeq(run)).isEqualTo(3);
        assertThat(store().run(run).orElseThrow().lastSeq()).isEqualTo(3);
        assertThat(store().events(run, 0, 2)).isEqualTo(first);
        assertThat(store().events(run, 2, 100)).isEqualTo(second);
        assertThat(store().events(run, 3, 100)).isEmpty();
    }

    @Test
    void whatIsNotThereIsSaidToBeSo() {
        RunId none = RunId.next();
        fails(ErrorCode.RUN_NOT_FOUND, () -> store().lastSeq(none));
        fails(ErrorCode.RUN_NOT_FOUND, () -> store().takeOver(none));
        fails(ErrorCode.RUN_NOT_FOUND, () -> store().commit(none, 1, Records.under(), List.of()));
        fails(ErrorCode.RUN_NOT_FOUND, () -> store().amend(none, Records.outcome()));
        assertThat(store().events(none, 0, 10)).isEmpty();
        assertThat(store().cancelRequested(none)).isFalse();
        store().requestCancel(none);
        store().delete(none);
    }

    @Test
    void onlyTheLatestDriverMayWrite() {
        RunId run = added(thread().id()).id();
        long former = store().takeOver(run);
        long latest = store().takeOver(run);

        fails(
                ErrorCode.OPERATION_INTERRUPTED,
                () -> store().commit(run, former, Records.over(), Records.said("late")));

        assertThat(store().lastSeq(run)).isZero();
        assertThat(store().unended(thread().id())).hasSize(1);
        assertThat(store().commit(run, latest, Records.under(), Records.said("mine"))).hasSize(1);
    }

    @Test
    void aWishToStopIsKeptUntilTheEndAndNotAfter() {
        RunId run = added(thread().id()).id();
        RunId ended = added(thread().id()).id();
        store().commit(ended, store().takeOver(ended), Records.over(), List.of());

        store().requestCancel(run);
        store().requestCancel(ended);

        assertThat(store().cancelRequested(run)).isTrue();
        assertThat(store().run(run).orElseThrow().cancelRequested()).isTrue();
        assertThat(store().cancelRequested(ended)).isFalse();
        store().commit(run, store().takeOver(run), Records.under(), List.of());
        assertThat(store().cancelRequested(run)).isTrue();
    }

    @Test
    void anOutcomeIsAmendedOnceThereIsOne() {
        RunId run = added(thread().id()).id();
        fails(ErrorCode.RUN_IN_PROGRESS, () -> store().amend(run, Records.outcome()));

        store().commit(run, store().takeOver(run), Records.over(), List.of());
        store().amend(run, Records.outcome());

        assertThat(store().run(run).orElseThrow().progress().outcome()).contains(Records.outcome());
    }

    @Test
    void sessionsAreFoundByNameAndTheLastUsedFirst() {
        ThreadId thread = thread().id();
        SandboxId sandbox = SandboxId.next();
        SessionTotals totals = new SessionTotals(5, 4, 3, 2, 1, Optional.of(0.5));
        store().saveSession(new SessionRecord(thread, "codex", "s1", sandbox, Optional.of(totals)));
        store().saveSession(new SessionRecord(thread, "codex", "s2", sandbox, Optional.empty()));
        store().saveSession(new SessionRecord(thread, "gemini", "s3", sandbox, Optional.empty()));

        assertThat(store().latestSession(thread, "codex").orElseThrow().sessionId())
                .isEqualTo("s2");
        store().saveSession(new SessionRecord(thread, "codex", "s1", sandbox, Optional.empty()));

        SessionRecord latest = store().latestSession(thread, "codex").orElseThrow();
        assertThat(latest.sessionId()).isEqualTo("s1");
        assertThat(latest.totals()).as("kept where a run tells none").contains(totals);
        assertThat(store().session(thread, "gemini", "s1")).isEmpty();
        assertThat(store().latestSession(ThreadId.next(), "codex")).isEmpty();
    }

    @Test
    void aDeletedRunTakesItsEventsAlong() {
        RunId run = added(thread().id()).id();
        RunId other = added(thread().id()).id();
        store().commit(run, store().takeOver(run), Records.over(), Records.said("one"));
        store().commit(other, store().takeOver(other), Records.over(), Records.said("two"));

        store().delete(run);

        assertThat(store().run(run)).isEmpty();
        assertThat(store().events(run, 0, 10)).isEmpty();
        assertThat(store().events(other, 0, 10)).hasSize(1);
    }

    @Test
    void manyWriteAtATimeAndNothingIsLost() throws Exception {
        List<RunId> runs = IntStream.range(0, 4).mapToObj(_ -> added(thread().id()).id()).toList();
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<? extends Future<?>> all =
                    runs.stream().map(run -> threads.submit(() -> write(store(), run))).toList();
            for (Future<?> each : all) {
                each.get();
            }
        }
        for (RunId run : runs) {
            assertThat(store().events(run, 0, 1000).stream().mapToLong(EventEnvelope::seq))
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 25).boxed().toList());
        }
    }

    private static void write(RunStore store, RunId run) {
        long token = store.takeOver(run);
        for (int i = 0; i < 25; i++) {
            var _ = store.commit(run, token, Records.under(), Records.said("event " + i));
        }
    }
}
