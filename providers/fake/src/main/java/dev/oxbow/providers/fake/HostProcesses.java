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

/** Looks for and signals processes of the host. */
final class HostProcesses {
    private HostProcesses() {}

    /** Ids of all processes that hold a file open on a certain descriptor. */
    static List<Long> holding(Path file, String descriptor) {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                if (holds(process.resolve("fd").resolve(descriptor), file)) {
                    found.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.PROVIDER_UNAVAILABLE, "cannot list /proc").causedBy(e);
        }
        return found;
    }

    private static boolean holds(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException notOurs) {
            // Gone meanwhile, without that descriptor, or of another user.
            return false;
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
