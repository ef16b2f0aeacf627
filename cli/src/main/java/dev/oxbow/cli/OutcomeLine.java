package dev.oxbow.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last line of {@code ox run --json}. Absent values are null, never left out. */
@JsonPropertyOrder({
    "type",
    "run",
    "sandbox",
    "outcome",
    "exit_code",
    "files_changed",
    "files_deleted",
    "conflicts",
    "artifacts"
})
record OutcomeLine(
        String type,
        @Nullable String run,
        @Nullable String sandbox,
        String outcome,
        @JsonProperty("exit_code") int exitCode,
        @JsonProperty("files_changed") int filesChanged,
        @JsonProperty("files_deleted") int filesDeleted,
        List<String> conflicts,
        @Nullable String artifacts) {
    private static final String TYPE = "outcome";

    /**
     * Of a run that is over, or of one that goes on without us: then {@code outcome} is its state,
     * {@code queued} or {@code running}.
     *
     * @param exitCode of this command, if the run goes on
     */
    static OutcomeLine of(RunView run, int exitCode) {
        String sandbox = run.sandbox().map(SandboxId::value).orElse(null);
        String artifacts = run.artifacts().toString();
        if (run.outcome().isEmpty()) {
            return new OutcomeLine(
                    TYPE,
                    run.id().value(),
                    sandbox,
                    run.state().wire(),
                    exitCode,
                    0,
                    0,
                    List.of(),
                    artifacts);
        }
        RunOutcome outcome = run.outcome().get();
        return new OutcomeLine(
                TYPE,
                run.id().value(),
                sandbox,
                outcome.outcome().wire(),
                outcome.exitCode(),
                outcome.filesChanged(),
                outcome.filesDeleted(),
                outcome.conflicts(),
                artifacts);
    }

    /** Of a run that never came to be. */
    static OutcomeLine of(Failure failure) {
        String outcome =
                switch (failure.exitCode()) {
                    case 64, 66, 75 -> "arg_error";
                    case 69 -> "sandbox_broken";
                    case 73 -> "conflict";
                    case 77 -> "auth";
                    case 124 -> "timeout";
                    case 130 -> "cancelled";
                    default -> "internal_error";
                };
        return new OutcomeLine(
                TYPE, null, null, outcome, failure.exitCode(), 0, 0, List.of(), null);
    }
}
