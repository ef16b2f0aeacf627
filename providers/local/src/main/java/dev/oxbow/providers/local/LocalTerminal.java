package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalReader;
import dev.oxbow.sandbox.TerminalRecord;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Viewer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A terminal as its folder tells of it; any number of these may look at one. The other end of the
 * pseudo terminal is held by {@code terminal.pl}, which takes messages by a named pipe.
 */
final class LocalTerminal implements Terminal {
    private static final Duration HANG_UP = Duration.ofSeconds(3);

    private final LocalProcess command;
    private final SandboxFolder.ProcessFolder folder;
    private final Duration patience;
    private final Map<Viewer, Long> sent = new ConcurrentHashMap<>();

    LocalTerminal(LocalProcess command, Duration patience) {
        this.command = command;
        this.folder = command.folder();
        this.patience = patience;
    }

    @Override
    public ProcessId id() {
        return command.id();
    }

    @Override
    public ProcessSpec spec() {
        return command.spec();
    }

    @Override
    public TerminalRecord record() {
        Optional<ProcessExit> exit = exit();
        TerminalFrame.Size size = size();
        try {
            Path shown = folder.spool(Channel.STDOUT);
            return new TerminalRecord(
                    id(),
                    spec().argv(),
                    command.request().createdAt(),
                    size.size(),
                    size.owner(),
                    Spool.earliest(shown),
                    Files.size(shown),
                    exit);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private TerminalFrame.Size size() {
        return new SizeLog(folder).read().getLast();
    }

    @Override
    public Optional<ProcessExit> exit() {
        return command.exit();
    }

    @Override
    public Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException {
        return command.awaitExit(deadline);
    }

    @Override
    public TerminalReader read(long from) {
        return LocalTerminalReader.open(command, from);
    }

    @Override
    public void write(Viewer viewer, long offset, byte[] bytes) {
        long known = sent.getOrDefault(viewer, 0L);
        if (offset > known && offset > written(viewer)) {
            throw OxException.of(
                            ErrorCode.CURSOR_AHEAD,
                            "viewer %s typed %d bytes so far, not %d",
                            viewer,
                            Math.max(known, written(viewer)),
                            offset)
                    .with("latest", Math.max(known, written(viewer)));
        }
        String name = viewer.name() + '\0';
        int room = Control.room(name);
        try (Control control = open()) {
            for (int at = 0; at < bytes.length; at += room) {
                int n = Math.min(room, bytes.length - at);
                send(control, Control.input(name, offset + at, bytes, at, n));
            }
        }
        sent.merge(viewer, offset + bytes.length, Math::max);
    }

    @Override
    public long written(Viewer viewer) {
        try {
            return Files.readAllLines(folder.typed()).stream()
                    .filter(line -> line.startsWith(viewer.name() + ' '))
                    .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                    .findFirst()
                    .orElse(0);
        } catch (NoSuchFileException nothingYet) {
            return 0;
        } catch (IOException | NumberFormatException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void takeSize(Viewer viewer, TerminalSize size) {
        SizeLog log = new SizeLog(folder);
        List<TerminalFrame.Size> before = log.read();
        if (is(before.getLast(), viewer, size) && exit().isEmpty()) {
            return;
        }
        tell('t', viewer, size);
        Deadline deadline = Deadline.in(patience);
        Waiting waiting = new Waiting();
        try {
            while (log.read().stream()
                    .skip(before.size())
                    .noneMatch(entry -> is(entry, viewer, size))) {
                if (command.recorded().isPresent()) {
                    throw ended();
                }
                if (deadline.expired()) {
                    throw OxException.of(
                            ErrorCode.PROVIDER_TIMEOUT, "terminal %s does not answer", id());
                }
                waiting.nap(deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(ErrorCode.OPERATION_INTERRUPTED, "interrupted");
        }
    }

    private static boolean is(TerminalFrame.Size entry, Viewer viewer, TerminalSize size) {
        return entry.owner().equals(Optional.of(viewer)) && entry.size().equals(size);
    }

    @Override
    public void resize(Viewer viewer, TerminalSize size) {
        Optional<Viewer> owner = size().owner();
        if (!owner.equals(Optional.of(viewer))) {
            throw OxException.of(
                            ErrorCode.SIZE_OWNER_LOST,
                            "the size of terminal %s belongs to %s",
                            id(),
                            owner.isPresent() ? "another viewer" : "nobody yet")
                    .with("processId", id().value());
        }
        tell('r', viewer, size);
    }

    private void tell(char what, Viewer viewer, TerminalSize size) {
        ByteBuffer rest = ByteBuffer.allocate(2 * Short.BYTES);
        rest.putShort((short) size.columns()).putShort((short) size.rows());
        try (Control control = open()) {
            send(control, Control.message(what, viewer.name() + '\0', rest.array()));
        }
    }

    @Override
    public ProcessExit hangUp() throws InterruptedException {
        Optional<ProcessExit> end = exit();
        if (end.isPresent()) {
            return end.get();
        }
        try {
            Files.writeString(folder.terminated(), "");
        } catch (IOException e) {
            throw unreadable(e);
        }
        command.used();
        Control.open(folder.control())
                .ifPresent(control -> {
                    try (control) {
                        // Not waited for: a pipe that is full has nobody who reads it.
                        control.sendIfRoom(Control.message('h', "", new byte[0]));
                    }
                });
        end = awaitExit(Deadline.in(HANG_UP));
        return end.isPresent() ? end.get() : command.terminate(Duration.ZERO);
    }

    private Control open() {
        if (exit().isPresent()) {
            throw ended();
        }
        command.used();
        return Control.open(folder.control()).orElseThrow(this::ended);
    }

    private void send(Control control, byte[] message) {
        try {
            if (!control.send(message, () -> command.recorded().isPresent())) {
                throw ended();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(ErrorCode.OPERATION_INTERRUPTED, "the viewer was interrupted");
        }
    }

    private OxException ended() {
        return OxException.of(ErrorCode.OPERATION_INTERRUPTED, "terminal %s has ended", id())
                .with("processId", id().value());
    }

    private OxException unreadable(Exception e) {
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE,
                        "the record of terminal %s cannot be used: %s",
                        id(),
                        Why.of(e))
                .causedBy(e);
    }
}
