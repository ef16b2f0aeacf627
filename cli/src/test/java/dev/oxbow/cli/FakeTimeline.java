package dev.oxbow.cli;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.engine.CheckpointOrigin;
import dev.oxbow.engine.CheckpointView;
import dev.oxbow.engine.Fork;
import dev.oxbow.engine.Place;
import dev.oxbow.engine.RolledBack;
import dev.oxbow.engine.Timeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Checkpoints in memory that remember what was asked of them. */
final class FakeTimeline implements Timeline {
    static final ThreadId THREAD = new ThreadId("thr_0000000000000000000000000a");

    final List<CheckpointView> checkpoints = new ArrayList<>();
    final List<String> done = new ArrayList<>();

    static CheckpointId id(int number) {
        return new CheckpointId(CheckpointId.PREFIX + "%026d".formatted(number));
    }

    @Override
    public CheckpointView checkpoint(Place place, Optional<String> name) {
        CheckpointView view =
                new CheckpointView(
                        id(checkpoints.size() + 1),
                        name,
                        CheckpointOrigin.USER,
                        Optional.empty(),
                        FakeEngine.SANDBOX,
                        THREAD,
                        CommandLineRun.CWD,
                        "local",
                        Optional.empty(),
                        FakeEngine.START,
                        OptionalLong.of(1500));
        checkpoints.addFirst(view);
        return view;
    }

    @Override
    public List<CheckpointView> checkpoints(Optional<Path> worktree) {
        return List.copyOf(checkpoints);
    }

    @Override
    public RolledBack rollback(CheckpointId to, Optional<SandboxId> sandbox) {
        if (checkpoints.stream().noneMatch(c -> c.id().equals(to))) {
            throw OxException.of(ErrorCode.SNAPSHOT_NOT_FOUND, "there is no checkpoint %s", to);
        }
        done.add("rollback " + to);
        return new RolledBack(
                FakeEngine.SANDBOX, to, 2, List.of(ProcessId.next()), Optional.of(id(99)));
    }

    @Override
    public List<Fork> fork(CheckpointId from, int count) {
        done.add("fork " + from);
        return Collections.nCopies(count, new Fork(FakeEngine.SANDBOX, THREAD, from));
    }

    @Override
    public List<Fork> fork(SandboxId from, int count) {
        done.add("fork " + from);
        return Collections.nCopies(count, new Fork(FakeEngine.SANDBOX, THREAD, id(1)));
    }

    @Override
    public void remove(CheckpointId id) {
        done.add("remove " + id);
    }
}
