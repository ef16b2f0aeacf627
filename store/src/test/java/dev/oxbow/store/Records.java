package dev.oxbow.store;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.RunId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.engine.EventDraft;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunPhase;
import dev.oxbow.engine.RunProgress;
import dev.oxbow.engine.RunRecord;
import dev.oxbow.engine.RunRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records for tests of stores. */
final class Records {
    static final Path WORKTREE = Path.of("/work/tree");
    private static final Instant THEN = Instant.parse("2026-03-01T10:00:00Z");

    private Records() {}

    static RunRecord run(ThreadId thread) {
        RunId id = RunId.next();
        return new RunRecord(
                id,
                thread,
                WORKTREE,
                WORKTREE.resolve(id.value()),
                1,
                1,
                Optional.empty(),
                "fake",
                RunRequest.of(WORKTREE, "a prompt").build(),
                THEN,
                false,
                0,
                progress(RunPhase.QUEUED, Optional.empty()));
    }

    /** A run under way. */
    static RunProgress under() {
        return progress(RunPhase.AGENT_RUNNING, Optional.empty());
    }

    /** A run that has ended. */
    static RunProgress over() {
        return progress(
                RunPhase.DONE,
                Optional.of(
                        new RunOutcome(
                                Outcome.CONFLICT,
                                Optional.of("sync_conflict"),
                                Optional.empty(),
                                "not yet",
                                Optional.empty(),
                                73,
                                0,
                                0,
                                List.of("a"),
                                false,
                                false)));
    }

    static RunOutcome outcome() {
        return new RunOutcome(
                Outcome.COMPLETED,
                Optional.empty(),
                Optional.empty(),
                "completed",
                Optional.empty(),
                0,
                1,
                0,
                List.of(),
                true,
                false);
    }

    static List<EventDraft> said(String... texts) {
        return Arrays.stream(texts)
                .map(text ->
                        new EventDraft(
                                THEN,
                                AgentEvent.Message.of("m", AgentEvent.Role.ASSISTANT, text),
                                Optional.empty()))
                .toList();
    }

    private static RunProgress progress(RunPhase phase, Optional<RunOutcome> outcome) {
        return new RunProgress(
                phase,
                Optional.empty(),
                THEN,
                Map.of("queued", 5L),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RunProgress.Reading.START,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                outcome);
    }
}
