package dev.oxbow.providers.local;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.DirectoryWatch;
import dev.oxbow.sandbox.FileWatch;
import dev.oxbow.sandbox.RenewedWatch;
import dev.oxbow.sandbox.SandboxState;
import java.util.Optional;

/** The files of a sandbox for whoever watches them, and when they are others. */
final class WatchedFiles implements RenewedWatch.Source<WatchedFiles.State> {
    /** About a hundred megabytes of the kernel's memory. */
    private static final int MOST_DIRECTORIES = 100_000;

    private final SandboxId id;
    private final SandboxFolder folder;
    private final SandboxFiles files;
    private final String directory;

    /**
     * What makes files the same ones.
     *
     * @param incarnation of the sandbox
     * @param holder what shows them; empty if the sandbox does not stand
     * @param upper the layer that takes what is written, another one after each exchange; those
     *     below may be joined without a change of what is seen
     */
    record State(int incarnation, Optional<ProcessRef> holder, Optional<String> upper) {}

    WatchedFiles(SandboxId id, SandboxFolder folder, SandboxFiles files, String directory) {
        this.id = id;
        this.folder = folder;
        this.files = files;
        this.directory = directory;
    }

    @Override
    public State state() {
        StoredSandbox s =
                StoredSandbox.read(folder.record())
                        .filter(stored -> stored.state() != SandboxState.DESTROYING)
                        .orElseThrow(() -> Lifecycle.notFound(id));
        Optional<ProcessRef> holder = s.held() ? s.holder() : Optional.empty();
        return new State(s.incarnation(), holder, folder.stack().upper());
    }

    @Override
    public boolean watchable(State state) {
        return state.holder().isPresent();
    }

    @Override
    public FileWatch open() {
        return new DirectoryWatch(() -> files.glance(directory), MOST_DIRECTORIES);
    }
}
