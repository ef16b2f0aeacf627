package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.workspace.ApplyReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a run comes to: pure rules from what happened to class, reason and exit code. */
final class Endings {
    private Endings() {}

    /** The end of a run: what is stored of it and its last event. */
    record Ending(RunOutcome outcome, AgentEvent last) {}

    /** A run whose agent ended and whose work was brought back, or tried to be. */
    static Ending of(AgentEnd end, RunProgress progress, WorkBack work, Duration took) {
        AgentEvent last = end.event();
        if (last instanceof AgentEvent.RunCompleted done) {
            return work.failure()
                    .map(failure -> failed(failure, work, end.partial()))
                    .orElseGet(() -> finished(done, work, took));
        }
        AgentEvent.RunError error = (AgentEvent.RunError) last;
        if (error.reason() == Reason.SANDBOX) {
            error = error.because(Reason.SANDBOX, error.message() + "; " + recovered(work));
        }
        Outcome outcome = Outcome.of(error.reason());
        int code = Outcome.exitCode(error.reason());
        return new Ending(
                outcome(
                        outcome,
                        Optional.of(reason(error.reason(), progress)),
                        code(error.reason(), progress),
                        error.message(),
                        advice(error.reason(), progress),
                        code,
                        work,
                        end.partial()),
                error.ended(outcome, code));
    }

    private static String recovered(WorkBack work) {
        return work.failure()
                .map(e -> "nothing was recovered (" + e.getMessage() + ")")
                .orElseGet(() -> (work.filesChanged() + work.filesDeleted()) + " files recovered");
    }

    private static Ending finished(AgentEvent.RunCompleted done, WorkBack work, Duration took) {
        boolean conflict = !work.conflicts().isEmpty() && !work.applied();
        Outcome outcome = conflict ? Outcome.CONFLICT : Outcome.COMPLETED;
        String message =
                conflict
                        ? "%d files changed on both sides; nothing was written"
                                .formatted(work.conflicts().size())
                        : "completed";
        RunOutcome result =
                outcome(
                        outcome,
                        conflict ? Optional.of("sync_conflict") : Optional.empty(),
                        conflict ? Optional.of(ErrorCode.SYNC_CONFLICT) : Optional.empty(),
                        message,
                        outcome.exitCode(),
                        work,
                        false);
        return new Ending(result, done.ended(outcome, outcome.exitCode(), took));
    }

    /** A run that a failure of Oxbow, its machine or its caller ended. */
    static Ending failed(OxException failure, WorkBack work, boolean partial) {
        Outcome outcome = classOf(failure.code());
        RunOutcome result =
                new RunOutcome(
                        outcome,
                        Optional.of(reasonOf(outcome).wire()),
                        Optional.of(failure.code()),
                        failure.getMessage(),
                        Optional.of(failure.suggestion()),
                        exitCode(outcome, failure.code()),
                        work.filesChanged(),
                        work.filesDeleted(),
                        work.conflicts(),
                        work.applied(),
                        partial);
        return ending(result, reasonOf(outcome));
    }

    /** What the class leaves open, the table of errors says: 74 if a disk is full. */
    private static int exitCode(Outcome outcome, ErrorCode code) {
        return outcome == Outcome.INTERNAL_ERROR ? code.exitCode() : outcome.exitCode();
    }

    /** A run that was well until its end could not be written down for people. */
    static Ending withFailure(Ending ending, OxException failure) {
        RunOutcome was = ending.outcome();
        return ending(
                new RunOutcome(
                        Outcome.INTERNAL_ERROR,
                        Optional.of(Reason.INTERRUPTED.wire()),
                        Optional.of(failure.code()),
                        failure.getMessage(),
                        Optional.of(failure.suggestion()),
                        exitCode(Outcome.INTERNAL_ERROR, failure.code()),
                        was.filesChanged(),
                        was.filesDeleted(),
                        was.conflicts(),
                        was.applied(),
                        was.partial()),
                Reason.INTERRUPTED);
    }

    /** The outcome of a run whose result was applied later. */
    static RunOutcome applied(RunOutcome was, ApplyReport report) {
        boolean settled = was.outcome() == Outcome.CONFLICT || was.outcome() == Outcome.COMPLETED;
        Outcome outcome =
                !report.applied() ? Outcome.CONFLICT : settled ? Outcome.COMPLETED : was.outcome();
        boolean well = outcome == Outcome.COMPLETED;
        return new RunOutcome(
                outcome,
                well ? Optional.empty() : was.reason(),
                well ? Optional.empty() : was.code(),
                well ? "completed" : was.message(),
                well ? Optional.empty() : was.suggestion(),
                settled || !report.applied() ? outcome.exitCode() : was.exitCode(),
                report.applied() ? report.filesChanged() : was.filesChanged(),
                report.applied() ? report.filesDeleted() : was.filesDeleted(),
                report.conflicts().stream().map(c -> c.path().toString()).toList(),
                report.applied(),
                was.partial());
    }

    /** A run that was stopped before its agent began. */
    static Ending cancelledEarly() {
        return ending(
                outcome(
                        Outcome.CANCELLED,
                        Optional.of("request"),
                        Optional.empty(),
                        "cancelled before the agent started",
                        Outcome.CANCELLED.exitCode(),
                        WorkBack.NONE,
                        false),
                Reason.CANCELLED);
    }

    /** A run that nobody can go on with. */
    static Ending interrupted(String why) {
        return ending(
                outcome(
                        Outcome.INTERNAL_ERROR,
                        Optional.of(Reason.INTERRUPTED.wire()),
                        Optional.of(ErrorCode.OPERATION_INTERRUPTED),
                        why,
                        Outcome.INTERNAL_ERROR.exitCode(),
                        WorkBack.NONE,
                        false),
                Reason.INTERRUPTED);
    }

    private static Ending ending(RunOutcome outcome, Reason reason) {
        return new Ending(
                outcome,
                AgentEvent.RunError.of(reason, outcome.message())
                        .ended(outcome.outcome(), outcome.exitCode()));
    }

    private static RunOutcome outcome(
            Outcome outcome,
            Optional<String> reason,
            Optional<ErrorCode> code,
            String message,
            int exitCode,
            WorkBack work,
            boolean partial) {
        Optional<String> advice = code.map(ErrorCode::suggestion);
        return outcome(outcome, reason, code, message, advice, exitCode, work, partial);
    }

    private static RunOutcome outcome(
            Outcome outcome,
            Optional<String> reason,
            Optional<ErrorCode> code,
            String message,
            Optional<String> suggestion,
            int exitCode,
            WorkBack work,
            boolean partial) {
        return new RunOutcome(
                outcome,
                reason,
                code,
                message,
                suggestion,
                exitCode,
                work.filesChanged(),
                work.filesDeleted(),
                work.conflicts(),
                work.applied(),
                partial);
    }

    private static String reason(Reason reason, RunProgress progress) {
        if (reason == Reason.TIMEOUT) {
            return progress.stop().orElse(RunProgress.StopCause.WALL) == RunProgress.StopCause.IDLE
                    ? "idle"
                    : "wall";
        }
        return reason == Reason.CANCELLED ? "request" : reason.wire();
    }

    private static Optional<ErrorCode> code(Reason reason, RunProgress progress) {
        return switch (reason) {
            case TIMEOUT ->
                    Optional.of(
                            progress.stop().orElse(RunProgress.StopCause.WALL)
                                            == RunProgress.StopCause.IDLE
                                    ? ErrorCode.AGENT_STALLED
                                    : ErrorCode.PROCESS_TIMEOUT);
            case OUT_OF_MEMORY -> Optional.of(ErrorCode.OUT_OF_MEMORY);
            case CRASHED -> Optional.of(ErrorCode.AGENT_CRASHED);
            case SANDBOX -> Optional.of(ErrorCode.SANDBOX_CRASHED);
            case CANCELLED, INTERRUPTED, AUTH -> Optional.empty();
            case MODEL,
                    RATE_LIMITED,
                    SERVER_ERROR,
                    CONTEXT,
                    MAX_TOKENS,
                    REFUSED,
                    PERMISSION,
                    ARGUMENTS,
                    NETWORK,
                    NO_TERMINAL_EVENT ->
                    Optional.of(ErrorCode.AGENT_EXIT);
        };
    }

    private static Optional<String> advice(Reason reason, RunProgress progress) {
        return switch (reason) {
            case AUTH ->
                    Optional.of("Check the key; --model-key-env names the variable that holds it.");
            case NETWORK -> Optional.of("Check --model-url, and that the model answers there.");
            default -> code(reason, progress).map(ErrorCode::suggestion);
        };
    }

    private static Reason reasonOf(Outcome outcome) {
        return switch (outcome) {
            case ARG_ERROR -> Reason.ARGUMENTS;
            case AUTH -> Reason.AUTH;
            case SANDBOX_BROKEN -> Reason.SANDBOX;
            case TIMEOUT -> Reason.TIMEOUT;
            case CANCELLED -> Reason.CANCELLED;
            case COMPLETED, TURN_FAILED, CONFLICT, CLONE_FAILED, INTERNAL_ERROR ->
                    Reason.INTERRUPTED;
        };
    }

    private static Outcome classOf(ErrorCode code) {
        return switch (code) {
            case AGENT_AUTH_MISSING, AGENT_AUTH_EXPIRED, PROVIDER_AUTH_FAILED -> Outcome.AUTH;
            case SYNC_CONFLICT -> Outcome.CONFLICT;
            case NO_SPACE, STORE_UNREADABLE, OPERATION_INTERRUPTED -> Outcome.INTERNAL_ERROR;
            default ->
                    switch (code.category()) {
                        case VALIDATION -> Outcome.ARG_ERROR;
                        case PROVIDER, SOURCE -> Outcome.SANDBOX_BROKEN;
                        case AUTH, CREDENTIAL -> Outcome.AUTH;
                        case SYNC, STREAM, INTERNAL -> Outcome.INTERNAL_ERROR;
                        case CODING -> Outcome.TURN_FAILED;
                    };
        };
    }

    /**
     * What came of bringing the work back.
     *
     * @param failure why it could not be, if so
     */
    record WorkBack(
            int filesChanged,
            int filesDeleted,
            List<String> conflicts,
            boolean applied,
            boolean harvested,
            Optional<OxException> failure) {
        /** Nothing to bring back. */
        static final WorkBack NONE = new WorkBack(0, 0, List.of(), false, false, Optional.empty());

        /** It failed. */
        static WorkBack failed(OxException failure) {
            return new WorkBack(0, 0, List.of(), false, false, Optional.of(failure));
        }
    }
}
