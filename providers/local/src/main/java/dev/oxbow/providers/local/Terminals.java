package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.posix.Posix;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The terminals of a sandbox as they are written down, for whoever did not open them. */
final class Terminals {
    private Terminals() {}

    /**
     * Takes an id for a terminal; of all who try only one succeeds.
     *
     * @throws OxException with {@code IDEMPOTENCY_KEY_REUSED} if it was taken before
     */
    static void claim(SandboxFolder sandbox, ProcessId id) {
        SandboxFolder.ProcessFolder folder = sandbox.terminal(id);
        try {
            if (Files.exists(sandbox.process(id).path())) {
                throw taken(id);
            }
            Files.createDirectories(
                    sandbox.terminals(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Files.createDirectory(folder.path());
        } catch (FileAlreadyExistsException before) {
            throw taken(id);
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "terminal %s cannot be written down: %s",
                            id,
                            Why.of(e))
                    .causedBy(e);
        }
    }

    private static OxException taken(ProcessId id) {
        return OxException.of(
                        ErrorCode.IDEMPOTENCY_KEY_REUSED,
                        "%s is a process or a terminal already, and a terminal has one opener",
                        id)
                .with("processId", id.value());
    }

    /** Writes down who keeps a terminal. */
    static void begun(SandboxFolder.ProcessFolder folder, long supervisor) throws IOException {
        Optional<String> stat = ProcessTable.read(supervisor + "/stat");
        if (stat.isPresent()) {
            Files.writeString(folder.supervisor(), stat.get());
        }
    }

    /** Whether any is open. */
    static boolean anyOpen(SandboxFolder sandbox) {
        return !keepers(sandbox).isEmpty();
    }

    /** Waits until all have ended with their sandbox; those that hang are ended. */
    static void settle(SandboxFolder sandbox, Deadline deadline) throws InterruptedException {
        Waiting waiting = new Waiting();
        List<ProcessRef> left = keepers(sandbox);
        while (!left.isEmpty() && !deadline.expired()) {
            waiting.nap(deadline);
            left = keepers(sandbox);
        }
        left.forEach(keeper ->
                ProcessTable.withDescendants(List.of(keeper.pid()))
                        .forEach(pid -> Posix.kill(pid, 9)));
    }

    /** Living supervisors of terminals that have not ended. */
    private static List<ProcessRef> keepers(SandboxFolder sandbox) {
        List<ProcessRef> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(sandbox.terminals())) {
            for (Path path : all) {
                SandboxFolder.ProcessFolder folder = new SandboxFolder.ProcessFolder(path);
                if (folder.exit().toFile().length() == 0) {
                    keeper(folder).filter(ProcessTable::alive).ifPresent(found::add);
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the terminals in %s cannot be listed: %s",
                            sandbox.terminals(),
                            Why.of(e))
                    .causedBy(e);
        }
        return found;
    }

    private static Optional<ProcessRef> keeper(SandboxFolder.ProcessFolder folder)
            throws IOException {
        try {
            return ProcessTable.parseStat(Files.readString(folder.supervisor()));
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        }
    }
}
