package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether this machine can do what layers need, tried once for each boot and told from then on.
 * Safe for concurrent use.
 */
final class LayerSupport {
    private final Site site;
    private final LayerStore store;
    private final LayerMounts mounts;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Found known;

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
            if (now == null) {
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
        return RecordFile.read(file(), Found.class)
                .filter(f -> f.bootId().equals(ProcessTable.bootId()) && f.root() == site.root());
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
            RecordFile.write(file(), found);
            return found;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "layers cannot be tried in %s: %s",
                            store.layers(),
                            Why.of(e))
                    .causedBy(e);
        } finally {
            if (folder != null) {
                Trash.deleteNow(folder);
            }
        }
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
