package dev.oxbow.engine;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Removes sandboxes and runs at the wish of a user. What is in use or holds work that is nowhere
 * else goes only by force; then its runs are cancelled first, and the work is archived.
 */
final class Removals {
    private static final String REASON = "removed by hand";

    private final EngineParts parts;
    private final SandboxKeeper keeper;
    private final Disposal disposal;
    private final Consumer<RunId> ending;

    /**
     * Removals on these parts.
     *
     * @param ending cancels a run and waits until it has ended
     */
    Removals(EngineParts parts, SandboxKeeper keeper, Consumer<RunId> ending) {
        this.parts = parts;
        this.keeper = keeper;
        this.disposal =
                new Disposal(
                        parts, new WorkArchive(parts.data().archive()), parts.upkeep().clock());
        this.ending = ending;
    }

    Removal remove(RunId id, boolean force) {
        RunRecord run = parts.store().run(id).orElseThrow();
        if (!run.ended()) {
            if (!force) {
                throw OxException.of(ErrorCode.RUN_IN_PROGRESS, "run %s has not ended yet", id)
                        .suggest("Stop it with 'ox cancel %s' first, or repeat with --force.", id);
            }
            ending.accept(id);
            run = parts.store().run(id).orElseThrow();
        }
        List<Removal> gone = new ArrayList<>();
        Optional<SandboxId> sandbox = run.progress().sandbox();
        boolean last =
                sandbox.isPresent()
                        && find(sandbox.get()).isPresent()
                        && !keeper.kept(sandbox.get())
                        && parts.store().runs(RunFilter.EVERY).stream()
                                .filter(other -> !other.id().equals(id))
                                .noneMatch(other -> other.progress().sandbox().equals(sandbox));
        if (last) {
            gone.add(remove(sandbox.get(), force));
        }
        parts.store().delete(id);
        return new Removal(
                gone.stream().flatMap(each -> each.sandboxes().stream()).toList(),
                List.of(id),
                gone.stream().flatMap(each -> each.notes().stream()).toList());
    }

    Removal remove(SandboxId id, boolean force) {
        Optional<ThreadRecord> thread = find(id).flatMap(keeper::threadOf);
        if (force) {
            thread.ifPresent(
                    t -> parts.store().unended(t.id()).forEach(run -> ending.accept(run.id())));
        }
        Optional<LockFile> held = thread.map(keeper::hold);
        try {
            Sandbox sandbox =
                    find(id).orElseThrow(() ->
                            OxException.of(
                                    ErrorCode.SANDBOX_NOT_FOUND, "there is no sandbox %s", id));
            thread.ifPresent(t -> keeper.settle(sandbox, t));
            thread.ifPresent(this::refuseIfActive);
            SandboxRecord record = sandbox.record();
            List<String> notes = new ArrayList<>();
            if (force) {
                archive(sandbox, record, thread).ifPresent(notes::add);
            } else {
                refuseIfOfValue(sandbox, record, thread);
            }
            for (SandboxProvider provider : parts.providers().values()) {
                if (provider.get(id).isPresent()) {
                    destroy(provider, id);
                }
            }
            thread.ifPresent(t -> disposal.forget(sandbox, t));
            return new Removal(List.of(id), List.of(), notes);
        } finally {
            held.ifPresent(LockFile::close);
        }
    }

    private Optional<Sandbox> find(SandboxId id) {
        return InProcessEngine.find(parts, id);
    }

    private void refuseIfActive(ThreadRecord thread) {
        for (RunRecord run : parts.store().unended(thread.id())) {
            throw OxException.of(
                    ErrorCode.WORKTREE_BUSY,
                    "run %s is active; --force cancels and archives",
                    run.id());
        }
    }

    private void refuseIfOfValue(
            Sandbox sandbox, SandboxRecord record, Optional<ThreadRecord> thread) {
        SandboxState state = record.state();
        if (thread.isEmpty() || state == SandboxState.FAILED || state == SandboxState.DESTROYING) {
            return;
        }
        int only = parts.workspaces().of(thread.get().worktree()).unextracted(sandbox).size();
        if (only > 0) {
            throw OxException.of(
                    ErrorCode.WORK_NOT_EXTRACTED,
                    only == 1
                            ? "%d file of sandbox %s exists nowhere else"
                            : "%d files of sandbox %s exist nowhere else",
                    only,
                    sandbox.id());
        }
    }

    /**
     * Who forces a removal wants it also where nothing can be read or written any more.
     *
     * @return what to tell of it
     */
    private Optional<String> archive(
            Sandbox sandbox, SandboxRecord record, Optional<ThreadRecord> thread) {
        try {
            return disposal.archive(sandbox, record, thread, REASON)
                    .map(at -> "its work is kept for a week in " + at);
        } catch (OxException e) {
            return Optional.of("its work could not be archived: " + e.getMessage());
        }
    }

    /** What cannot be removed now is written down and tried again by whoever comes next. */
    private void destroy(SandboxProvider provider, SandboxId id) {
        Leftovers leftovers = keeper.leftovers();
        leftovers.add(provider, id, REASON);
        Optional<OxException> failure = leftovers.remove(provider, id);
        if (failure.isPresent()) {
            throw OxException.of(
                            ErrorCode.DESTROY_FAILED,
                            "%s: %s",
                            failure.get().getMessage(),
                            leftovers.find(id).map(Leftovers.Leftover::inWords).orElse(""))
                    .causedBy(failure.get());
        }
    }
}
