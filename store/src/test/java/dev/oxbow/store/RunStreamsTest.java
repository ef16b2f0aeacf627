package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EventStream;
import dev.oxbow.engine.LogReader;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events and logs of runs by the rules that all streams have. */
@Timeout(60)
class RunStreamsTest {
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

    private RunId start(String script) {
        return engine.start(installation.script(script).build()).getFirst();
    }

    private List<Long> eventsAfter(Engine by, RunId run, long since) throws InterruptedException {
        List<Long> seen = new ArrayList<>();
        try (EventStream events = by.events(run, since)) {
            while (!events.finished()) {
                Optional<EventEnvelope> next = events.next(Deadline.in(Duration.ofSeconds(30)));
                next.ifPresent(event -> seen.add(event.seq()));
            }
            assertThat(events.next(Deadline.in(Duration.ZERO))).isEmpty();
        }
        return seen;
    }

    private static byte[] logFrom(Engine by, RunId run, long offset, boolean follow)
            throws InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (LogReader log = by.log(run, offset, follow)) {
            while (!log.finished()) {
                Optional<byte[]> piece = log.next(Deadline.in(Duration.ofSeconds(30)));
                piece.ifPresent(all::writeBytes);
                assertThat(log.offset()).isEqualTo(offset + all.size());
            }
        }
        return all.toByteArray();
    }

    private static void refusedAsAhead(long latest, ThrowingCallable call) {
        OxException refusal = catchThrowableOfType(OxException.class, call);
        assertThat(refusal.code()).isEqualTo(ErrorCode.CURSOR_AHEAD);
        assertThat(refusal.context()).containsEntry("latest", latest);
    }

    @Test
    void f15_eventsGoOnAfterAnyNumberAndTheLastOneComesOnce() throws Exception {
        RunId run = start("echo one; echo two");
        List<Long> all = eventsAfter(engine, run, 0);
        for (long since = 0; since <= all.size(); since++) {
            assertThat(eventsAfter(engine, run, since))
                    .isEqualTo(all.subList((int) since, all.size()));
        }
        refusedAsAhead(all.size(), () -> engine.events(run, all.size() + 1L).close());
        try (Engine other = installation.engine()) {
            assertThat(eventsAfter(other, run, 2)).isEqualTo(all.subList(2, all.size()));
        }
    }

    @Test
    void f15_aLogGoesOnAtAnyByte() throws Exception {
        RunId run = start("seq 1 50; printf 'no end of line'");
        byte[] followed = logFrom(engine, run, 0, true);
        byte[] all = logFrom(engine, run, 0, false);
        assertThat(followed).isEqualTo(all).isNotEmpty();
        assertThat(Files.readAllBytes(engine.run(run).artifacts().resolve("run.log")))
                .isEqualTo(all);
        for (int offset : new int[] {0, 1, all.length / 2, all.length - 1, all.length}) {
            assertThat(logFrom(engine, run, offset, false))
                    .isEqualTo(Arrays.copyOfRange(all, offset, all.length));
        }
        refusedAsAhead(all.length, () -> engine.log(run, all.length + 1L, false).close());
    }

    @Test
    void f16_aFollowerThatDoesNotReadBlocksNobody() throws Exception {
        RunId run = start("seq 1 2000");
        try (EventStream slow = engine.events(run, 0)) {
            List<Long> all = eventsAfter(engine, run, 0);
            assertThat(engine.await(run).state().ended()).isTrue();
            assertThat(slow.next(Deadline.in(Duration.ofSeconds(10))).orElseThrow().seq())
                    .isEqualTo(all.getFirst());
        }
    }
}
