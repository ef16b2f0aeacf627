package dev.oxbow.cli;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.CheckpointView;
import dev.oxbow.engine.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the checkpoint that a person means: by id, by a part of it, or by its name. */
final class CheckpointNames {
    private static final PartOfId.Kind CHECKPOINT =
            new PartOfId.Kind(
                    "checkpoint",
                    " of this worktree",
                    ErrorCode.SNAPSHOT_NOT_FOUND,
                    "ox checkpoints");

    private CheckpointNames() {}

    /**
     * Finds one checkpoint. Names and parts are looked up among those of the worktree; of several
     * with one name the newest is meant.
     *
     * @throws OxException {@code SNAPSHOT_NOT_FOUND}, or {@code INVALID_ARGUMENT} if several match
     */
    static CheckpointId find(Engine engine, String text, Path cwd) {
        PartOfId part = PartOfId.of(text, CheckpointId.PREFIX);
        if (part.prefixed() && part.whole()) {
            return new CheckpointId(text);
        }
        List<CheckpointView> all = engine.timeline().checkpoints(Optional.of(cwd));
        return all.stream()
                .filter(c -> c.name().equals(Optional.of(text)))
                .findFirst()
                .map(CheckpointView::id)
                .orElseGet(() ->
                        part.among(
                                all.stream().map(CheckpointView::id).toList(),
                                id -> id.value().substring(CheckpointId.PREFIX.length()),
                                CHECKPOINT));
    }
}
