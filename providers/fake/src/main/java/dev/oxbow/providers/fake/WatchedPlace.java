package dev.oxbow.providers.fake;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.FileWatch;
import dev.oxbow.sandbox.RenewedWatch;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxState;
import java.util.function.Supplier;

/** The files of a sandbox for whoever watches them, and when they are others. */
final class WatchedPlace implements RenewedWatch.Source<WatchedPlace.State> {
    private final Supplier<SandboxEntry> entry;
    private final String directory;

    /**
     * What makes files the same ones.
     *
     * @param incarnation of the sandbox
     * @param standing whether it stands
     */
    record State(int incarnation, boolean standing) {}

    /**
     * Files below a directory.
     *
     * @param entry looks the sandbox up; throws if it is gone
     */
    WatchedPlace(Supplier<SandboxEntry> entry, String directory) {
        this.entry = entry;
        this.directory = directory;
    }

    @Override
    public State state() {
        SandboxRecord now = entry.get().record();
        if (now.state() == SandboxState.DESTROYING) {
            throw OxException.of(ErrorCode.SANDBOX_NOT_FOUND, "sandbox %s is gone", now.id());
        }
        boolean standing = now.state().acceptsCommands() || now.state() == SandboxState.PAUSED;
        return new State(now.incarnation(), standing);
    }

    @Override
    public boolean watchable(State state) {
        return state.standing();
    }

    @Override
    public FileWatch open() {
        return entry.get().place().watch(directory);
    }
}
