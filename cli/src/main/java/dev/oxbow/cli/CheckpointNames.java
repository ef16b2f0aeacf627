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
    private static final int SHORTEST_PART = 4;
    private static final int WHOLE = 26;

    private CheckpointNames() {}

    /**
     * Finds one checkpoint. Names and parts are looked up among those of the worktree; of several
     * with one name the newest is meant.
     *
     * @throws OxException {@code SNAPSHOT_NOT_FOUND}, or {@code INVALID_ARGUMENT} if several match
     */
    static CheckpointId find(Engine engine, String text, Path cwd) {
        boolean prefixed = text.startsWith(CheckpointId.PREFIX);
        String part = prefixed ? text.substring(CheckpointId.PREFIX.length()) : text;
        if (prefixed && part.length() == WHOLE) {
            return new CheckpointId(text);
        }
        List<CheckpointView> all = engine.timeline().checkpoints(Optional.of(cwd));
        Optional<CheckpointView> named =
                all.stream().filter(c -> c.name().equals(Optional.of(text))).findFirst();
        if (named.isPresent()) {
            return named.get().id();
        }
        List<CheckpointId> matches =
                part.length() < SHORTEST_PART
                        ? List.of()
                        : all.stream()
                                .map(CheckpointView::id)
                                .filter(id -> matches(id, part))
                                .toList();
        return switch (matches.size()) {
            case 1 -> matches.getFirst();
            case 0 ->
                    throw OxException.of(
                                    ErrorCode.SNAPSHOT_NOT_FOUND,
                                    "no checkpoint '%s' of this worktree",
                                    SafeText.line(text, 60))
                            .suggest("'ox checkpoints' lists those there are.");
            default ->
                    throw OxException.of(
                                    ErrorCode.INVALID_ARGUMENT,
                                    "'%s' could be any of %d checkpoints",
                                    SafeText.line(text, 60),
                                    matches.size())
                            .suggest("Give more of the id; 'ox checkpoints' lists them.");
        };
    }

    private static boolean matches(CheckpointId id, String part) {
        String body = id.value().substring(CheckpointId.PREFIX.length());
        return body.startsWith(part) || body.endsWith(part);
    }
}
