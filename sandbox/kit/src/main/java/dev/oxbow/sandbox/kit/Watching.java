package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileChange;
import dev.oxbow.sandbox.FileWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A watch and all that it has told so far. */
final class Watching implements AutoCloseable {
    private final FileWatch watch;
    private final List<FileChange> seen = new ArrayList<>();

    Watching(FileWatch watch) {
        this.watch = watch;
    }

    static FileChange created(String path) {
        return new FileChange.Created(TreePath.of(path));
    }

    static FileChange modified(String path) {
        return new FileChange.Modified(TreePath.of(path));
    }

    static FileChange deleted(String path) {
        return new FileChange.Deleted(TreePath.of(path));
    }

    static FileChange renamed(String from, String to) {
        return new FileChange.Renamed(TreePath.of(from), TreePath.of(to));
    }

    static FileChange rescan(FileChange.Cause cause) {
        return new FileChange.Rescan(cause);
    }

    /** Looks on until all of these were told, in any order. */
    void until(FileChange... wanted) throws InterruptedException {
        List<FileChange> all = List.of(wanted);
        until(_ -> seen.containsAll(all), all.toString());
    }

    /** Looks on until something like that was told. */
    FileChange until(Predicate<FileChange> wanted, String what) throws InterruptedException {
        Deadline deadline = Deadline.in(Duration.ofSeconds(60));
        while (true) {
            Optional<FileChange> change = watch.next(deadline);
            assertThat(change).as("expected %s after %s", what, seen).isPresent();
            seen.add(change.get());
            if (wanted.test(change.get())) {
                return change.get();
            }
        }
    }

    /** All that was told since the last call. */
    List<FileChange> taken() {
        List<FileChange> all = List.copyOf(seen);
        seen.clear();
        return all;
    }

    FileWatch watch() {
        return watch;
    }

    @Override
    public void close() {
        watch.close();
    }
}
