package dev.oxbow.providers.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What there is in a sandbox, seen through its holder from outside. */
final class Inside {
    /** The holder and its sleeping child. */
    private static final int HOLDER = 2;

    private Inside() {}

    /** Whether no process is in it but those that hold it; false if that cannot be known. */
    static boolean holderIsAlone(long holder) {
        int count = 0;
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(root(holder).resolve("proc"), "[0-9]*")) {
            for (Path _ : all) {
                count++;
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException unknown) {
            return false;
        }
        return count > 0 && count <= HOLDER;
    }

    /** Whether its file systems in memory are empty; false if that cannot be known. */
    static boolean holdsNothing(long holder) {
        return empty(root(holder).resolve("run")) && empty(root(holder).resolve("dev/shm"));
    }

    private static boolean empty(Path folder) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            return !all.iterator().hasNext();
        } catch (IOException unknown) {
            return false;
        }
    }

    static Path root(long holder) {
        return Path.of("/proc/" + holder + "/root");
    }
}
