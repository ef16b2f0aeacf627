package dev.oxbow.providers.fake;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Signal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Looks for and signals processes of the host. */
final class HostProcesses {
    private HostProcesses() {}

    /** The descriptor on which processes hold their mark; the highest that every sh knows. */
    static final String MARK = "9";

    private static final int EMPTY_LOOKS = 3;

    /** Ids of all processes that hold a file as their mark. */
    static List<Long> holding(Path file) {
        return marked(mark -> mark.equals(file));
    }

    /** Ids of all processes that hold any file below a directory as their mark. */
    static List<Long> below(Path directory) {
        return marked(mark -> mark.startsWith(directory));
    }

    private static List<Long> marked(Predicate<Path> wanted) {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                if (holds(process.resolve("fd").resolve(MARK), wanted)) {
                    found.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.PROVIDER_UNAVAILABLE, "cannot list /proc").causedBy(e);
        }
        return found;
    }

    private static boolean holds(Path link, Predicate<Path> wanted) {
        try {
            return wanted.test(Files.readSymbolicLink(link));
        } catch (IOException notOurs) {
            // Gone meanwhile, without that descriptor, or of another user.
            return false;
        }
    }

    /**
     * Ends all that hold the mark, however fast they multiply, then removes it. One look that finds
     * nobody proves little: who forks after /proc was listed and ends before its turn to be looked
     * at leaves a child that is in neither place.
     */
    static void reap(Path mark) throws InterruptedException {
        int empty = 0;
        for (int round = 0; empty < EMPTY_LOOKS && round < 1_000; round++) {
            List<Long> left = holding(mark);
            empty = left.isEmpty() ? empty + 1 : 0;
            signal(left, Signal.KILL);
            Thread.sleep(1);
        }
        try {
            Files.deleteIfExists(mark);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.INTERNAL, "cannot remove %s", mark).causedBy(e);
        }
    }

    /** Sends a signal to each; those that have gone meanwhile do not matter. */
    static void signal(List<Long> processes, Signal signal) {
        if (processes.isEmpty()) {
            return;
        }
        List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", "kill -\"$0\" \"$@\""));
        argv.add(Integer.toString(signal.number()));
        processes.forEach(pid -> argv.add(Long.toString(pid)));
        try {
            Process kill =
                    new ProcessBuilder(argv)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!kill.waitFor(5, TimeUnit.SECONDS)) {
                throw OxException.of(ErrorCode.PROVIDER_TIMEOUT, "kill did not return");
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.PROVIDER_UNAVAILABLE, "cannot run kill").causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
