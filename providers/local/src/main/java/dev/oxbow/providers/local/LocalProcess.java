package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A process as its folder tells of it; any number of these may look at one process. */
final class LocalProcess implements SandboxProcess {
    /** Stands for the offset that the input has got to. */
    private static final long WHEREVER = -1;

    private final SandboxFolder.ProcessFolder folder;
    private final StoredRequest request;
    private final Duration patience;
    private final Notices notices;
    private final boolean ours;
    private final Runnable use;
    private volatile long sent;
    private volatile Optional<ProcessExit> known = Optional.empty();
    private volatile Optional<ProcessRef> supervisor = Optional.empty();

    LocalProcess(
            SandboxFolder.ProcessFolder folder,
            StoredRequest request,
            Duration patience,
            Notices notices,
            boolean ours,
            Runnable use) {
        this.folder = folder;
        this.request = request;
        this.patience = patience;
        this.notices = notices;
        this.ours = ours;
        this.use = use;
    }

    @Override
    public ProcessId id() {
        return request.id();
    }

    @Override
    public ProcessSpec spec() {
        return request.spec();
    }

    /** Says that the sandbox is used, which wakes it. */
    void used() {
        use.run();
    }

    SandboxFolder.ProcessFolder folder() {
        return folder;
    }

    StoredRequest request() {
        return request;
    }

    /** Whether a supervisor has taken the process on. */
    boolean claimed() {
        return folder.supervisor().toFile().length() > 0;
    }

    /** Whether its supervisor has everything in place. */
    boolean started() {
        return folder.started().toFile().length() > 0 || folder.exit().toFile().length() > 0;
    }

    @Override
    public Optional<ProcessExit> exit() {
        Optional<ProcessExit> end = recorded();
        return end.isPresent() || supervised() ? end : unseen();
    }

    /** The end as written down; cheap, and silent if nobody lives to write it. */
    Optional<ProcessExit> recorded() {
        if (known.isEmpty()) {
            Optional<ExitRecord> record = ExitRecord.read(folder.exit());
            if (record.isPresent()) {
                known = Optional.of(record.get().toExit(folder));
            }
        }
        return known;
    }

    /** Whether somebody lives who will write down the end. */
    boolean supervised() {
        if (supervisor.isEmpty()) {
            supervisor = readSupervisor();
        }
        if (supervisor.isPresent()) {
            return ProcessTable.alive(supervisor.get());
        }
        // Not taken on yet; after a while nobody may any more.
        return Instant.now().isBefore(request.createdAt().plus(patience)) || !forbidStart();
    }

    /** Ends a supervisor that hangs; the end of the process is then one that nobody saw. */
    void endSupervision() {
        readSupervisor()
                .filter(ProcessTable::alive)
                .ifPresent(s ->
                        ProcessTable.withDescendants(List.of(s.pid()))
                                .forEach(pid -> Posix.kill(pid, 9)));
    }

    private Optional<ProcessRef> readSupervisor() {
        try {
            return ProcessTable.parseStat(Files.readString(folder.supervisor()));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private boolean forbidStart() {
        try {
            Files.writeString(folder.supervisor(), "0 never\n", StandardOpenOption.CREATE_NEW);
            return true;
        } catch (FileAlreadyExistsException claimed) {
            return readSupervisor().isEmpty() && claimed();
        } catch (IOException e) {
            throw failed("it cannot be closed", e);
        }
    }

    /** The supervisor is gone: either it wrote its record just now, or nobody ever will. */
    private Optional<ProcessExit> unseen() {
        if (recorded().isEmpty()) {
            try {
                Files.writeString(folder.exit(), ExitRecord.UNSEEN.line());
            } catch (IOException e) {
                throw failed("its loss cannot be recorded", e);
            }
            tree().signal(9);
            // A supervisor that ends by itself has done so.
            tree().remove();
        }
        return recorded();
    }

    @Override
    public Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException {
        try (Notices.Ear ear = notices.listen(Notices.Topic.ENDED, id().value())) {
            Waiting waiting = ours ? new Waiting(ear) : new Waiting();
            Deadline look = Deadline.in(SpoolReader.SUPERVISOR_CHECK);
            while (true) {
                Optional<ProcessExit> end = recorded();
                if (end.isEmpty() && look.expired()) {
                    end = exit();
                    look = Deadline.in(SpoolReader.SUPERVISOR_CHECK);
                }
                if (end.isPresent() || deadline.expired()) {
                    return end;
                }
                waiting.nap(deadline);
            }
        }
    }

    @Override
    public OutputReader read(Cursor from) {
        return SpoolReader.open(this, folder, from);
    }

    @Override
    public void write(byte[] bytes) {
        send(WHEREVER, bytes);
    }

    @Override
    public void write(long offset, byte[] bytes) {
        if (offset > sent && offset > written()) {
            throw OxException.of(
                            ErrorCode.CURSOR_AHEAD,
                            "process %s was given %d bytes so far, not %d",
                            request.id(),
                            Math.max(sent, written()),
                            offset)
                    .with("latest", Math.max(sent, written()));
        }
        send(offset, bytes);
        sent = Math.max(sent, offset + bytes.length);
    }

    @Override
    public long written() {
        try {
            return Long.parseLong(Files.readString(folder.taken()).strip());
        } catch (NoSuchFileException nothingYet) {
            return 0;
        } catch (IOException | NumberFormatException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "process %s: what it was given cannot be read: %s",
                            request.id(),
                            Why.of(e))
                    .causedBy(e);
        }
    }

    private void send(long offset, byte[] bytes) {
        if (!request.pipe()) {
            throw closed("it was not started with a pipe");
        }
        int room = Control.room("");
        try (Control control = openStdin()) {
            for (int at = 0; at < bytes.length; at += room) {
                int n = Math.min(room, bytes.length - at);
                long place = offset == WHEREVER ? WHEREVER : offset + at;
                byte[] message = Control.input("", place, bytes, at, n);
                if (!control.send(message, () -> recorded().isPresent())) {
                    throw closed("the process has ended");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw closed("the writer was interrupted");
        }
    }

    private Control openStdin() {
        if (Files.exists(folder.stdinClosed())) {
            throw closed("it is closed");
        }
        if (exit().isPresent()) {
            throw closed("the process has ended");
        }
        use.run();
        return Control.open(folder.input()).orElseThrow(() -> closed("the process has ended"));
    }

    private OxException closed(String why) {
        return OxException.of(
                        ErrorCode.OPERATION_INTERRUPTED,
                        "process %s takes no input: %s",
                        request.id(),
                        why)
                .with("processId", request.id().value());
    }

    @Override
    public void closeStdin() {
        if (!request.pipe() || recorded().isPresent()) {
            return;
        }
        touch(folder.stdinClosed(), "");
        Control.open(folder.input())
                .ifPresent(control -> {
                    try (control) {
                        // A word to look at the file; where there is no room for it, it is looked
                        // at anyway.
                        control.sendIfRoom(Control.message('c', "", new byte[0]));
                    }
                });
    }

    @Override
    public void signal(Signal signal) {
        if (exit().isPresent()) {
            return;
        }
        use.run();
        append(folder.signalled(), signal.name() + "\n");
        tree().signal(signal.number());
    }

    private ProcessTree tree() {
        return new ProcessTree(request.track().map(Path::of), request.mark(), request.walled());
    }

    @Override
    public ProcessExit terminate(Duration grace) throws InterruptedException {
        Optional<ProcessExit> end = exit();
        if (end.isPresent()) {
            return end.get();
        }
        touch(folder.terminated(), "");
        signal(Signal.TERM);
        end = awaitExit(Deadline.in(grace));
        Deadline last = Deadline.in(patience);
        while (end.isEmpty()) {
            if (last.expired()) {
                throw OxException.of(
                                ErrorCode.PROVIDER_TIMEOUT,
                                "process %s did not end %d s after KILL",
                                request.id(),
                                patience.toSeconds())
                        .admitted(OxException.Admitted.YES);
            }
            tree().signal(9);
            end = awaitExit(Deadline.in(Duration.ofMillis(100)));
        }
        return end.get();
    }

    private void touch(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw failed("its folder cannot be written", e);
        }
    }

    private void append(Path file, String line) {
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw failed("its folder cannot be written", e);
        }
    }

    private OxException failed(String what, IOException e) {
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE,
                        "process %s: %s: %s",
                        request.id(),
                        what,
                        Why.of(e))
                .causedBy(e);
    }
}
