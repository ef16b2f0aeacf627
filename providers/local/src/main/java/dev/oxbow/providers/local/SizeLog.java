package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Viewer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The sizes that a terminal has had and who chose them, as {@code terminal.pl} writes them down: a
 * line each, before anything was shown in that size.
 */
final class SizeLog {
    private final Path file;
    private long length;
    private List<TerminalFrame.Size> known = List.of();

    SizeLog(SandboxFolder.ProcessFolder folder) {
        this.file = folder.sizes();
    }

    /** The line that a terminal begins with. */
    static String first(TerminalSize size) {
        return "0 %d %d - .\n".formatted(size.columns(), size.rows());
    }

    /** All sizes until now, oldest first; never empty. */
    List<TerminalFrame.Size> read() {
        long now = file.toFile().length();
        if (now == length && !known.isEmpty()) {
            return known;
        }
        try {
            // A line that is just being written has no end yet.
            known =
                    Files.readAllLines(file).stream()
                            .filter(line -> line.endsWith(" ."))
                            .map(SizeLog::parse)
                            .toList();
            length = now;
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(Why.of(e)).causedBy(e);
        }
        if (known.isEmpty()) {
            throw unreadable("it is empty");
        }
        return known;
    }

    private OxException unreadable(String why) {
        return OxException.of(
                ErrorCode.STORE_UNREADABLE, "the record %s cannot be read: %s", file, why);
    }

    private static TerminalFrame.Size parse(String line) {
        String[] f = line.split(" ", -1);
        if (f.length != 5) {
            throw new IllegalArgumentException("not a size: " + line);
        }
        return new TerminalFrame.Size(
                Long.parseLong(f[0]),
                new TerminalSize(Integer.parseInt(f[1]), Integer.parseInt(f[2])),
                f[3].equals("-") ? Optional.empty() : Optional.of(new Viewer(f[3])));
    }
}
