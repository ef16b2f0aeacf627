package dev.oxbow.app;

import dev.oxbow.engine.Guardian;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A shell that waits at a pipe of which this process holds the other end. A word means that it may
 * go; the end of the pipe without a word, which is what any death of this process leaves, makes it
 * the driver. It costs a megabyte and no time of the processor.
 */
final class GuardianProcess implements Guardian {
    private static final String SCRIPT =
            """
            read -r word && exit 0
            log=$1
            shift
            exec "$@" </dev/null >>"$log" 2>&1
            """;

    private final Process process;

    GuardianProcess(Process process) {
        this.process = process;
    }

    /**
     * The words of a guardian, to be followed by those of the driver.
     *
     * @param log what the driver prints is added to it
     */
    static List<String> words(Path log) {
        return List.of("/bin/sh", "-c", SCRIPT, "ox-guardian", log.toString());
    }

    @Override
    public void dismiss() {
        try (OutputStream pipe = process.getOutputStream()) {
            pipe.write("bye\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            // It died before us: there is nobody left to be sent away.
            return;
        }
    }

    @Override
    public boolean takeOver() {
        boolean there = process.isAlive();
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            return false;
        }
        return there;
    }
}
