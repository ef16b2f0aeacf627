package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether this machine can do what layers need, tried once for each boot and told from then on. A
 * trial that came to no end tells nothing: there is another one a while later. Safe for concurrent
 * use.
 */
final class LayerSupport {
    /** Who asks several times while the machine is in trouble does not wait each time. */
    private static final Duration NEXT_TRIAL = Duration.ofSeconds(30);

    private final Site site;
    private final LayerStore store;
    private final LayerMounts mounts;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Found known;

    /** When what is known is not known any more; absent if it stays so. */
    private @Nullable Deadline until;

    LayerSupport(Site site, LayerStore store, LayerMounts mounts) {
        this.site = site;
        this.store = store;
        this.mounts = mounts;
    }

    /**
     * What was found.
     *
     * @param bootId in which boot
     * @param root whether as root
     * @param layers why layers cannot be mounted, if they cannot
     * @param sharing why layers of one sandbox cannot be another's, if they cannot
     */
    record Found(String bootId, boolean root, Optional<String> layers, Optional<String> sharing) {}

    /** What can be offered. */
    Set<Capability> capabilities() {
        Found found = found();
        EnumSet<Capability> all = EnumSet.noneOf(Capability.class);
        if (found.layers().isEmpty()) {
            all.add(Capability.SNAPSHOT_FS);
            all.add(Capability.CHECKPOINT_FAST);
            all.add(Capability.ROLLBACK_INPLACE);
            if (found.sharing().isEmpty()) {
                all.add(Capability.FORK_RUNNING);
            }
        }
        return all;
    }

    /** Refuses what cannot be offered, with the reason. */
    void require(Capability capability) {
        if (!capabilities().contains(capability)) {
            Found found = found();
            throw capability
                    .refusedBy(LocalProvider.NAME)
                    .suggest(
                            "This machine cannot: %s",
                            found.layers().or(found::sharing).orElse("unknown"));
        }
    }

    Found found() {
        lock.lock();
        try {
            Found now = known;
            if (now == null || (until != null && until.expired())) {
                until = null;
                now = remembered().orElseGet(this::tried);
                known = now;
            }
            return now;
        } finally {
            lock.unlock();
        }
    }

    private Path file() {
        return store.layers().resolve("support-" + Posix.effectiveUser() + ".json");
    }

    private Optional<Found> remembered() {
        try {
            return RecordFile.read(file(), Found.class)
                    .filter(f ->
                            f.bootId().equals(ProcessTable.bootId()) && f.root() == site.root());
        } catch (OxException unreadable) {
            // It only saves a trial.
            return Optional.empty();
        }
    }

    /** Writes down what stays so until the next boot, from a place that nobody else writes to. */
    private void remember(Found found, Path folder) {
        Path next = folder.resolve("found.json");
        try {
            RecordFile.write(next, found);
            Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | OxException unwritten) {
            // Then the next process tries for itself.
        }
    }

    private Found tried() {
        Path folder = null;
        try {
            folder = Files.createTempDirectory(store.layers(), ".trial-");
            int uid = site.config().firstUid();
            Optional<String> layers = tried(folder.resolve("own"), uid, uid);
            Optional<String> sharing =
                    site.root() && layers.isEmpty()
                            ? tried(folder.resolve("shared"), uid, uid + 1)
                            : Optional.empty();
            Found found = new Found(ProcessTable.bootId(), site.root(), layers, sharing);
            remember(found, folder);
            return found;
        } catch (IOException e) {
            return untold("layers cannot be tried in " + store.layers() + ": " + Why.of(e));
        } catch (OxException e) {
            if (e.code() == ErrorCode.OPERATION_INTERRUPTED) {
                throw e;
            }
            return untold(e.getMessage());
        } finally {
            if (folder != null) {
                drop(folder);
            }
        }
    }

    /** Removes what was tried on; later, if somebody is still at it. */
    private void drop(Path folder) {
        try {
            Trash.deleteNow(folder);
        } catch (OxException beingFilled) {
            throwAway(folder, beingFilled);
        }
    }

    private void throwAway(Path folder, OxException why) {
        try {
            Trash.throwAway(
                    folder,
                    site.config().dataDir().resolve("trash"),
                    folder.getFileName().toString());
        } catch (IOException e) {
            why.addSuppressed(e);
            throw why;
        }
    }

    /** What is said for now where a trial came to no end. */
    private Found untold(String why) {
        until = Deadline.in(NEXT_TRIAL);
        return new Found(ProcessTable.bootId(), site.root(), Optional.of(why), Optional.empty());
    }

    /** Two layers of one owner, shown to another. */
    private Optional<String> tried(Path folder, int owner, int reader) throws IOException {
        Path low = folder.resolve("low");
        Path top = folder.resolve("top");
        for (Path layer : List.of(low, top)) {
            for (String part : FilesPlan.PARTS) {
                Path made = Files.createDirectories(layer.resolve("files").resolve(part));
                own(made, layer.equals(low) ? owner : reader);
            }
        }
        Path unusedScratchOfTheKernel = Files.createDirectories(top.resolve("work"));
        Path file = Files.createFile(low.resolve("files/workspace/a"));
        own(file, owner);
        return mounts.probe(
                top, List.of(low), site.root() ? Optional.of(reader) : Optional.empty());
    }

    private void own(Path path, int uid) {
        if (site.root()) {
            Posix.setOwner(path, new Owner(uid, uid));
        }
    }
}
