package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.recording.DiffStat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Runs that were started together, side by side. */
final class Attempts {
    private final EngineParts parts;

    Attempts(EngineParts parts) {
        this.parts = parts;
    }

    /** All attempts that a run is one of, in their order. */
    List<RunRecord> of(RunRecord run) {
        if (run.lead().isEmpty()) {
            return List.of(run);
        }
        RunFilter here = new RunFilter(Optional.of(run.worktree()), true, RunFilter.ALL.limit());
        return parts.store().runs(here).stream()
                .filter(other -> other.lead().equals(run.lead()))
                .sorted(Comparator.comparingInt(RunRecord::attempt))
                .toList();
    }

    AttemptView view(RunRecord run, RunView view) {
        Optional<DiffStat> lines = run.ended() ? lines(run) : Optional.empty();
        return new AttemptView(
                view,
                lines.map(count -> OptionalInt.of(count.insertions())).orElse(OptionalInt.empty()),
                lines.map(count -> OptionalInt.of(count.deletions())).orElse(OptionalInt.empty()),
                run.ended() ? usage(run) : Optional.empty());
    }

    private Optional<DiffStat> lines(RunRecord run) {
        ByteArrayOutputStream patch = new ByteArrayOutputStream();
        try {
            parts.workspaces().of(run.worktree()).diff(run.id(), patch);
            return Optional.of(DiffStat.of(new ByteArrayInputStream(patch.toByteArray())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OxException e) {
            if (e.code() == ErrorCode.RUN_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Optional<AgentEvent.Usage> usage(RunRecord run) {
        return parts.store().events(run.id(), Math.max(0, run.lastSeq() - 1), 1).stream()
                .findFirst()
                .flatMap(event ->
                        switch (event.event()) {
                            case AgentEvent.RunCompleted done -> Optional.of(done.usage());
                            case AgentEvent.RunError error -> error.usage();
                            default -> Optional.empty();
                        });
    }
}
