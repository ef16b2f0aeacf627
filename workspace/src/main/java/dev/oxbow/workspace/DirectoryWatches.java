package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells that something changed in directories of a tree; not what. So an event that is lost because
 * there were too many takes nothing with it, as long as one of them arrives. To be used by one
 * thread; another one may close it.
 */
final class DirectoryWatches implements AutoCloseable {
    private final Path root;
    private final @Nullable WatchService service;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Set<WatchKey> keys = keySet();
    private Optional<String> lack = Optional.empty();

    /** Where notices come from. */
    interface Opener {
        /** Those of the operating system. */
        Opener OF_THIS_MACHINE = () -> FileSystems.getDefault().newWatchService();

        WatchService open() throws IOException;
    }

    DirectoryWatches(Path root, Opener opener) {
        this.root = root;
        @Nullable WatchService opened = null;
        try {
            opened = opener.open();
        } catch (IOException e) {
            this.lack = Optional.of(String.valueOf(e.getMessage()));
        }
        this.service = opened;
    }

    private static Set<WatchKey> keySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** Why not every directory is watched; empty if each is. */
    Optional<String> lack() {
        return lack;
    }

    /**
     * Watches exactly these directories. Each is registered anew, since a name may stand for
     * another directory than before.
     *
     * @return whether one was not watched before: it may have changed unseen
     */
    boolean watch(Set<TreePath> directories) {
        if (service == null) {
            return false;
        }
        Set<WatchKey> now = keySet();
        lack = Optional.empty();
        try {
            for (TreePath directory : directories) {
                watch(service, directory, now);
            }
        } catch (ClosedWatchServiceException e) {
            return false;
        }
        keys.stream().filter(key -> !now.contains(key)).forEach(WatchKey::cancel);
        boolean fresh = !keys.containsAll(now);
        keys = now;
        return fresh;
    }

    private void watch(WatchService from, TreePath directory, Set<WatchKey> now) {
        String name = new String(directory.bytes(), StandardCharsets.UTF_8);
        if (!Arrays.equals(name.getBytes(StandardCharsets.UTF_8), directory.bytes())) {
            lack = Optional.of(directory + " has a name that is no text");
            return;
        }
        try {
            now.add(
                    root.resolve(name)
                            .register(
                                    from,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_MODIFY,
                                    StandardWatchEventKinds.ENTRY_DELETE));
        } catch (NoSuchFileException | NotDirectoryException gone) {
            // The directory above tells of it.
        } catch (IOException e) {
            lack = Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Waits for a change.
     *
     * @return whether there was one; false also when this is closed
     */
    boolean await(long nanos) throws InterruptedException {
        if (service == null) {
            var _ = closed.await(nanos, TimeUnit.NANOSECONDS);
            return false;
        }
        try {
            @Nullable WatchKey key = service.poll(nanos, TimeUnit.NANOSECONDS);
            boolean changed = key != null;
            while (key != null) {
                key.pollEvents().clear();
                key.reset();
                key = service.poll();
            }
            return changed;
        } catch (ClosedWatchServiceException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        if (service != null) {
            service.close();
        }
    }
}
