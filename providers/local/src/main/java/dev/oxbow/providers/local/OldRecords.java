package dev.oxbow.providers.local;

import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes what is written down of processes and terminals that ended long ago: their output takes
 * room, and nobody asks for it any more. Whatever runs, or whose end cannot be read, stays.
 */
final class OldRecords {
    private static final Duration EVERY = Duration.ofHours(1);

    private final Path data;
    private final Duration kept;

    OldRecords(LocalConfig config) {
        this.data = config.dataDir();
        this.kept = config.keepEnded();
    }

    /** Looks through all sandboxes if nobody has done so for an hour. */
    void sweepIfDue() {
        Path stamp = data.resolve("swept");
        try {
            if (Files.exists(stamp) && age(stamp).compareTo(EVERY) < 0) {
                return;
            }
            sweep();
            Files.writeString(stamp, "");
            Files.setLastModifiedTime(stamp, FileTime.from(Instant.now()));
        } catch (IOException | java.nio.file.DirectoryIteratorException | OxException unreadable) {
            // Without the stamp the next one tries again; what is too old does no other harm.
        }
    }

    private void sweep() throws IOException {
        for (Path sandbox : children(SandboxFolder.all(data), SandboxId.PREFIX)) {
            SandboxFolder folder = new SandboxFolder(sandbox);
            for (Path kind : List.of(folder.processes(), folder.terminals())) {
                for (Path each : children(kind, ProcessId.PREFIX)) {
                    if (old(new SandboxFolder.ProcessFolder(each))) {
                        Trash.throwAway(
                                each, data.resolve("trash"), String.valueOf(each.getFileName()));
                    }
                }
            }
        }
    }

    private boolean old(SandboxFolder.ProcessFolder process) throws IOException {
        Path exit = process.exit();
        return exit.toFile().length() > 0 && age(exit).compareTo(kept) > 0;
    }

    private static Duration age(Path file) throws IOException {
        return Duration.between(Files.getLastModifiedTime(file).toInstant(), Instant.now());
    }

    private static List<Path> children(Path folder, String prefix) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, prefix + "*")) {
            all.forEach(found::add);
        } catch (NoSuchFileException goneMeanwhile) {
            return List.of();
        }
        return found;
    }
}
