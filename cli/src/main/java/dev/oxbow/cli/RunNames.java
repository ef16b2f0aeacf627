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
    private static final PartOfId.Kind RUN =
            new PartOfId.Kind("run", "", ErrorCode.RUN_NOT_FOUND, "ox ps --all");

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
        PartOfId part = PartOfId.of(name.get(), RunId.PREFIX);
        if (part.whole()) {
            return new RunId(RunId.PREFIX + part.body());
        }
        List<RunId> all = engine.runs(RunFilter.ALL).stream().map(RunView::id).toList();
        return part.among(all, id -> id.value().substring(RunId.PREFIX.length()), RUN);
    }
}
