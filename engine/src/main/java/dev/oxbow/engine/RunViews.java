package dev.oxbow.engine;

/** Shows a stored run to the faces. */
final class RunViews {
    private RunViews() {}

    static RunView of(RunRecord run, RunProgress progress, long lastSeq, boolean driven) {
        RunRequest request = run.request();
        return new RunView(
                run.id(),
                run.thread(),
                progress.sandbox(),
                progress.provider().orElse(run.provider()),
                request.agent(),
                progress.agentVersion(),
                request.model(),
                request.command().isEmpty()
                        ? request.prompt()
                        : String.join(" ", request.command()),
                run.worktree(),
                state(progress),
                progress.phase(),
                run.createdAt(),
                progress.startedAt(),
                progress.endedAt(),
                progress.phaseMillis(),
                progress.outcome(),
                progress.sessionId(),
                lastSeq,
                run.attempt(),
                run.attempts(),
                driven,
                run.artifacts(),
                progress.enforced());
    }

    private static RunState state(RunProgress progress) {
        if (progress.phase() == RunPhase.DONE) {
            return progress.outcome().map(o -> RunState.of(o.outcome())).orElse(RunState.FAILED);
        }
        return progress.phase() == RunPhase.QUEUED ? RunState.QUEUED : RunState.RUNNING;
    }
}
