package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.sandbox.Checkpoint;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A checkpoint as people see it.
 *
 * @param id its id
 * @param name what it is called
 * @param origin why it was taken
 * @param run the run it belongs to, if any
 * @param sandbox the sandbox it is of, which may be gone
 * @param thread the thread of that sandbox
 * @param worktree root of the worktree that the files came from
 * @param provider who keeps it
 * @param parent the checkpoint before it, if any
 * @param createdAt when it was taken
 * @param bytes what it holds beyond its parent, where that has been counted
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record CheckpointView(
        CheckpointId id,
        Optional<String> name,
        CheckpointOrigin origin,
        Optional<RunId> run,
        SandboxId sandbox,
        ThreadId thread,
        Path worktree,
        String provider,
        Optional<CheckpointId> parent,
        Instant createdAt,
        OptionalLong bytes) {

    static CheckpointView of(CheckpointRecord record, Checkpoint kept, Path worktree) {
        return new CheckpointView(
                record.id(),
                record.name(),
                record.origin(),
                record.run(),
                record.sandbox(),
                record.thread(),
                worktree,
                record.provider(),
                kept.parent(),
                kept.createdAt(),
                kept.bytes()
                        .map(size -> OptionalLong.of(size.bytes()))
                        .orElse(OptionalLong.empty()));
    }
}
