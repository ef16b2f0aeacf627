package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.MemoryFile;
import dev.oxbow.posix.Posix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What all sandboxes of one provider share.
 *
 * @param config how it works
 * @param tools programs of the host
 * @param root whether we are root
 * @param groups control groups of the machine
 * @param launcher starts supervisors
 * @param locks keeps changes of one sandbox apart
 * @param filter the seccomp program; empty if there is to be none
 * @param host what of the host is shown inside
 * @param walls what is built
 */
record Site(
        LocalConfig config,
        Tools tools,
        boolean root,
        ControlGroups groups,
        Launcher launcher,
        FolderLocks locks,
        byte[] filter,
        HostView host,
        Set<LocalWall> walls) {

    /** When a supervisor is asked for once more: whoever was to fork it may have been killed. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    static Site open(LocalConfig config, Set<LocalWall> walls) {
        Tools tools = Tools.locate();
        boolean root = Posix.isRoot() && UserIds.areOurs(config);
        Path data = config.dataDir();
        try {
            Files.createDirectories(data);
            // The sandboxes' users walk through as root's guests, without seeing what there is.
            String open = root ? "rwx--x--x" : "rwx------";
            mode(data, open);
            mode(Files.createDirectories(SandboxFolder.all(data)), open);
            LayerStore.prepare(data, root);
            mode(Files.createDirectories(data.resolve("locks")), "rwx------");
            mode(Files.createDirectories(data.resolve("uids")), "rwx------");
            mode(Files.createDirectories(data.resolve("trash")), "rwx------");
            Path etc = Files.createDirectories(data.resolve("etc"));
            mode(etc, "rwxr-xr-x");
            Trash.sweep(data.resolve("trash"));
            new OldRecords(config).sweepIfDue();
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "the data folder %s cannot be used: %s",
                            data,
                            e)
                    .causedBy(e);
        }
        byte[] filter =
                walls.contains(LocalWall.SYSTEM_CALLS)
                        ? SeccompProgram.assemble(SeccompProgram.Machine.current())
                        : new byte[0];
        return new Site(
                config,
                tools,
                root,
                ControlGroups.probe(),
                new Launcher(tools, filter, root, walls.contains(LocalWall.LANDLOCK)),
                new FolderLocks(data.resolve("locks"), config.patience()),
                filter,
                new HostView(() -> etc(data.resolve("etc"))),
                walls);
    }

    /** Whether each sandbox has a user of the host for itself. */
    boolean ownUsers() {
        return root && walls.contains(LocalWall.RIGHTS);
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    SandboxFolder folder(SandboxId id) {
        return SandboxFolder.of(config.dataDir(), id);
    }

    private static Path etc(Path generations) {
        try {
            return EtcFolder.prepare(Path.of("/etc"), generations);
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE, "/etc cannot be copied: %s", Why.of(e))
                    .causedBy(e);
        }
    }

    Deadline patience() {
        return Deadline.in(config.patience());
    }

    /** Words that enter the network of a sandbox. */
    JoinCommand join(StoredSandbox stored) {
        return new JoinCommand(
                tools, stored.holder().orElseThrow().pid(), stored.monitor().orElseThrow().pid());
    }

    /** Has a shell script run in the background and waits until it shows that it runs. */
    void launch(String script, BooleanSupplier shown, String what) {
        try (MemoryFile file = MemoryFile.of(script.getBytes(StandardCharsets.UTF_8))) {
            Waiting waiting = new Waiting();
            begin(() -> launcher.script(file.path()), shown, config.patience(), waiting, what);
        }
    }

    /** Has a process started and waits until its supervisor has everything in place. */
    void supervise(SandboxId sandbox, SupervisorRequest request, BooleanSupplier started) {
        String id = request.spec().id().value();
        try (MemoryFile file = MemoryFile.of(request.bytes());
                Notices.Ear ear = launcher.notices().listen(Notices.Topic.STARTED, id)) {
            begin(
                    () ->
                            request.size().isPresent()
                                    ? launcher.superviseTerminal(file.path())
                                    : launcher.supervise(sandbox, file.path(), request.groups()),
                    started,
                    AGAIN,
                    new Waiting(ear),
                    "process " + id);
        }
    }

    private void begin(
            Supplier<Process> tell,
            BooleanSupplier shown,
            Duration again,
            Waiting waiting,
            String what) {
        try {
            Process by = tell.get();
            Deadline deadline = patience();
            Deadline heard = Deadline.in(again);
            while (!shown.getAsBoolean()) {
                if (deadline.expired()) {
                    throw OxException.of(
                                    ErrorCode.PROVIDER_TIMEOUT,
                                    "%s did not start in %d s",
                                    what,
                                    config.patience().toSeconds())
                            .admitted(OxException.Admitted.UNKNOWN);
                }
                if (!by.isAlive() || heard.expired()) {
                    // It had not got to it, or it had: only one of two runs can win.
                    by = tell.get();
                    heard = Deadline.in(again);
                }
                waiting.nap(deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(ErrorCode.OPERATION_INTERRUPTED, "interrupted: %s", what)
                    .admitted(OxException.Admitted.UNKNOWN);
        }
    }

    /** Kills processes, waits until they are gone. */
    static void killAndAwait(List<ProcessRef> processes, Deadline deadline)
            throws InterruptedException {
        processes.stream().filter(ProcessTable::alive).forEach(p -> Posix.kill(p.pid(), 9));
        Waiting waiting = new Waiting();
        while (processes.stream().anyMatch(ProcessTable::alive)) {
            if (deadline.expired()) {
                throw OxException.of(
                        ErrorCode.PROVIDER_TIMEOUT, "the kernel did not end process %s", processes);
            }
            waiting.nap(deadline);
        }
    }
}
