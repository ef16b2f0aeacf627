package dev.oxbow.providers.local;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Garbage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds layers that no sandbox and no checkpoint needs. A record that cannot be read may need any
 * of them, so then none is removed.
 */
final class LayerGarbage {
    private final Site site;
    private final LayerStore store;

    LayerGarbage(Site site, LayerStore store) {
        this.site = site;
        this.store = store;
    }

    /** All that is garbage now, removed unless it is only to be looked for. */
    List<Garbage> collect(boolean dryRun) {
        try (LockFile _ = store.deciding()) {
            // Before the records are read: a layer is written down before it is made.
            List<String> names = store.names();
            Set<String> needed = needed();
            List<Garbage> found = new ArrayList<>();
            for (String name : names) {
                if (!needed.contains(name)) {
                    found.add(
                            new Garbage(
                                    "layer " + name,
                                    new ByteSize(LayerStore.freed(store.layer(name)))));
                    if (!dryRun) {
                        store.discard(name);
                    }
                }
            }
            return found;
        } catch (IOException e) {
            throw unreadable(store.layers(), e);
        }
    }

    /**
     * Removes those of some layers that nobody needs any more. If that cannot be told now they stay
     * for {@link #collect}: what the caller has done is done.
     */
    void sweep(Collection<String> candidates) {
        if (candidates.isEmpty()) {
            return;
        }
        try (LockFile _ = store.deciding()) {
            Set<String> needed = needed();
            candidates.stream().filter(name -> !needed.contains(name)).forEach(store::discard);
        } catch (OxException later) {
            if (later.code() != ErrorCode.STORE_UNREADABLE
                    && later.code() != ErrorCode.PROVIDER_TIMEOUT) {
                throw later;
            }
        }
    }

    /**
     * Removes what a stack that nobody stands on any more was made of, as far as nobody needs it.
     *
     * @param kept layers of the stack that took its place, which is written down
     */
    void leave(LayerStack stack, Collection<String> kept) {
        // What takes the writes of one sandbox is part of nothing else before it is frozen.
        stack.upper().filter(name -> !kept.contains(name)).ifPresent(store::discard);
        Set<String> rest = new HashSet<>(stack.needed());
        stack.upper().ifPresent(rest::remove);
        rest.removeAll(kept);
        // Mostly the checkpoint below still has them: then nobody else need be asked.
        if (!rest.isEmpty()) {
            stack.base().ifPresent(base -> rest.removeAll(layersOf(base)));
        }
        sweep(rest);
    }

    private List<String> layersOf(CheckpointId id) {
        try {
            return store.checkpoint(id).map(StoredCheckpoint::layers).orElse(List.of());
        } catch (OxException unreadable) {
            // Then the whole look decides, which removes nothing.
            return List.of();
        }
    }

    private Set<String> needed() {
        Set<String> needed = new HashSet<>();
        Path all = SandboxFolder.all(site.config().dataDir());
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(all, SandboxId.PREFIX + "*")) {
            for (Path folder : folders) {
                needed.addAll(of(new SandboxFolder(folder)));
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            throw unreadable(all, e);
        }
        store.checkpoints().forEach(checkpoint -> needed.addAll(checkpoint.layers()));
        return needed;
    }

    private static Collection<String> of(SandboxFolder folder) {
        LayerStack stack = folder.stack();
        List<String> all = new ArrayList<>(stack.all());
        stack.joining().filter(_ -> beingJoined(folder)).ifPresent(all::add);
        // Somebody may be filling it at this moment, before any checkpoint names it.
        stack.filled(new SandboxId(folder.path().getFileName().toString())).ifPresent(all::add);
        return all;
    }

    /** Whether somebody who lives is making a layer of others. */
    private static boolean beingJoined(SandboxFolder folder) {
        Optional<LockFile> nobody = new UseLocks(folder, Duration.ZERO).joining();
        nobody.ifPresent(LockFile::close);
        return nobody.isEmpty();
    }

    private static OxException unreadable(Path folder, Exception e) {
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE, "%s cannot be listed: %s", folder, Why.of(e))
                .causedBy(e);
    }
}
