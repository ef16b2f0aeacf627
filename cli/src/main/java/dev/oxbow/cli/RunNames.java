package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunView;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the run that a person means: by id, by a part of it, or the latest of the worktree. */
final class RunNames {
    private static final int SHORTEST_PART = 4;

    private RunNames() {}

    /**
     * Finds one run.
     *
     * @param name an id, its beginning or its end; empty for the newest run of the worktree
     * @throws OxException {@code RUN_NOT_FOUND}, or {@code INVALID_ARGUMENT} if several match
     */
    static RunId find(Engine engine, Optional<String> name, Path cwd) {
        if (name.isEmpty()) {
            return engine.latest(cwd).id();
        }
        String text = name.get();
        String part = text.startsWith(RunId.PREFIX) ? text.substring(RunId.PREFIX.length()) : text;
        if (part.length() >= 26) {
            return new RunId(RunId.PREFIX + part);
        }
        List<RunId> matches =
                part.length() < SHORTEST_PART
                        ? List.of()
                        : engine.runs(RunFilter.ALL).stream()
                                .map(RunView::id)
                                .filter(id -> matches(id, part))
                                .toList();
        return switch (matches.size()) {
            case 1 -> matches.getFirst();
            case 0 ->
                    throw OxException.of(
                            ErrorCode.RUN_NOT_FOUND, "no run '%s'", SafeText.line(text, 60));
            default ->
                    throw OxException.of(
                                    ErrorCode.INVALID_ARGUMENT,
                                    "'%s' could be any of %d runs",
                                    SafeText.line(text, 60),
                                    matches.size())
                            .suggest("Give more of the id; 'ox ps --all' lists them.");
        };
    }

    private static boolean matches(RunId id, String part) {
        String body = id.value().substring(RunId.PREFIX.length());
        return body.startsWith(part) || body.endsWith(part);
    }
}
