package dev.oxbow.engine;

import dev.oxbow.agents.AgentName;
import dev.oxbow.agents.Launch;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.workspace.Worktree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at what is asked for before anything is created, and turns it into stored runs. */
final class Intake {
    private static final int MOST_ATTEMPTS = 16;

    private final EngineParts parts;
    private final Checkpoints checkpoints;

    Intake(EngineParts parts, Checkpoints checkpoints) {
        this.parts = parts;
        this.checkpoints = checkpoints;
    }

    /** Checks and stores; what is wrong is thrown and leaves no trace. */
    List<RunRecord> accept(RunRequest asked) {
        AgentName agent = AgentName.parse(asked.agent());
        check(asked, agent);
        Worktree worktree = Worktree.at(asked.cwd());
        refuseOwnData(worktree);
        RunRequest request = asked.withAgent(agent.wire());
        Launch launch = Preparation.provisional(request);
        Gateway.policy(request, launch);
        Secrets.of(launch, parts.environment());
        String provider =
                request.from()
                        .map(from -> checkpoints.startFor(request, from, worktree).provider())
                        .orElseGet(() -> provider(request));
        List<RunRecord> runs = new ArrayList<>();
        for (int attempt = 1; attempt <= request.attempts(); attempt++) {
            RunId id = RunId.next();
            boolean ofWorktree = request.attempts() == 1 && request.from().isEmpty();
            String identity =
                    ofWorktree
                            ? ThreadIdentity.of(worktree)
                            : ThreadIdentity.beside(worktree, id.value());
            ThreadRecord thread = parts.store().openThread(identity, worktree.root());
            runs.add(
                    new RunRecord(
                            id,
                            thread.id(),
                            worktree.root(),
                            artifacts(request, worktree, id, attempt),
                            attempt,
                            request.attempts(),
                            lead(request, runs, id),
                            provider,
                            request,
                            Instant.now(),
                            false,
                            0,
                            RunProgress.queued()));
        }
        parts.store().add(runs, !request.queue());
        return runs;
    }

    private static Optional<RunId> lead(RunRequest request, List<RunRecord> before, RunId id) {
        return request.attempts() == 1
                ? Optional.empty()
                : Optional.of(before.isEmpty() ? id : before.getFirst().id());
    }

    /** What Oxbow remembers, other sandboxes and their records included, is no agent's business. */
    private void refuseOwnData(Worktree worktree) {
        Path data = real(parts.data().root());
        Path root = real(worktree.root());
        if (data.startsWith(root)) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "the data directory %s lies inside the worktree %s and would go into"
                                    + " the sandbox with it",
                            data,
                            root)
                    .suggest("Set OX_DATA_DIR to a directory outside of the worktree.");
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SOURCE_UNREADABLE, "%s cannot be read: %s", path, e)
                    .causedBy(e);
        }
    }

    private static void check(RunRequest request, AgentName agent) {
        if (agent.installable() && request.prompt().isBlank()) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "prompt must not be empty");
        }
        if (request.attempts() < 1 || request.attempts() > MOST_ATTEMPTS) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "attempts must be 1 to %d, not %d",
                    MOST_ATTEMPTS,
                    request.attempts());
        }
        if (request.attempts() > 1 && !(request.continuation() instanceof Continuation.Fresh)) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "several attempts cannot continue one session");
        }
        if (request.attempts() > 1 && request.watch().isPresent()) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "several attempts have one start in common, so edits cannot be watched");
        }
        if (request.from().isPresent() && !(request.continuation() instanceof Continuation.Fresh)) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "a run from a checkpoint cannot continue a session of the worktree");
        }
        if (request.watch().isPresent() && request.from().isPresent()) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "a run from a checkpoint begins with its files, so edits cannot be watched");
        }
        if (request.watch().filter(quiet -> !quiet.isPositive()).isPresent()) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "the quiet time of a watch must be above zero");
        }
        if (request.timeout().isZero() || request.timeout().isNegative()) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "the timeout must be above zero");
        }
    }

    private String provider(RunRequest request) {
        String name = request.provider().orElse(parts.defaultProvider());
        if (!parts.providers().containsKey(name)) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT, "there is no sandbox provider '%s'", name)
                    .suggest("Choose one of: %s.", String.join(", ", parts.providers().keySet()));
        }
        return name;
    }

    private static Path artifacts(RunRequest request, Worktree worktree, RunId id, int attempt) {
        Path usual = worktree.root().resolve(".ox").resolve("runs").resolve(id.value());
        return request.out()
                .map(out -> request.cwd().resolve(out).toAbsolutePath().normalize())
                .map(out -> request.attempts() == 1 ? out : out.resolve("attempt-" + attempt))
                .orElse(usual);
    }
}
