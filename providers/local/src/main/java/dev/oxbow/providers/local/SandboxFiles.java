package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.LockFile;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.GuardedTree;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Opens the writable directories of a sandbox outside, whatever they are made of. */
final class SandboxFiles {
    private static final int ATTEMPTS = 5;
    private static final Map<String, String> PLACES = places();

    private final Workings workings;
    private final SandboxId id;
    private final SandboxFolder folder;

    SandboxFiles(Workings workings, SandboxId id) {
        this.workings = workings;
        this.id = id;
        this.folder = workings.site().folder(id);
    }

    /** Directory of the sandbox → part of its tree. */
    private static Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put(Sandbox.WORKSPACE, "workspace");
        places.put(Sandbox.HOME, "home");
        places.put("/tmp", "tmp");
        return places;
    }

    FileTree open(String directory) {
        Located at = locate(directory);
        UseLocks use = new UseLocks(folder, workings.site().config().patience());
        LockFile viewing = unchanging(use);
        boolean done = false;
        try {
            StoredSandbox s = stored();
            Optional<Owner> owner = s.uid().map(uid -> new Owner(uid, uid));
            SandboxStore record = new SandboxStore(folder.record());
            FileTree tree =
                    new GuardedTree(
                            new LayeredTree(directory(at), owner, viewing),
                            () -> refuseUnlessSame(record, s.incarnation()));
            done = true;
            return tree;
        } finally {
            if (!done) {
                viewing.close();
            }
        }
    }

    /** The directory as it is now, for a moment: layers may be exchanged under it. */
    Directory glance(String directory) {
        Located at = locate(directory);
        UseLocks use = new UseLocks(folder, workings.site().config().patience());
        try (LockFile _ = unchanging(use)) {
            return directory(at);
        }
    }

    private Directory directory(Located at) {
        try (Directory base = base(at.place(), at.part())) {
            return base.open(at.below());
        }
    }

    /**
     * A directory of the sandbox.
     *
     * @param place the one of {@link #PLACES} that it is in
     * @param part its part of the tree
     * @param below where it is below that
     */
    private record Located(String place, String part, TreePath below) {}

    private static Located locate(String directory) {
        for (Map.Entry<String, String> place : PLACES.entrySet()) {
            if (directory.equals(place.getKey())) {
                return new Located(place.getKey(), place.getValue(), TreePath.ROOT);
            }
            if (directory.startsWith(place.getKey() + "/")) {
                TreePath below = TreePath.of(directory.substring(place.getKey().length() + 1));
                return new Located(place.getKey(), place.getValue(), below);
            }
        }
        throw OxException.of(
                ErrorCode.INVALID_ARGUMENT,
                "%s is not in %s, the directories of a sandbox that hold files",
                directory,
                PLACES.keySet());
    }

    /** Nothing is begun and left undone as long as this is held. */
    private LockFile unchanging(UseLocks use) {
        while (true) {
            StoredSandbox unusedMustExist = stored();
            workings.checkpoints().settle(id);
            LockFile viewing = use.viewing();
            if (folder.stack().change().filter(c -> c.step() == LayerStack.Step.SWAP).isEmpty()) {
                return viewing;
            }
            viewing.close();
        }
    }

    private StoredSandbox stored() {
        return StoredSandbox.read(folder.record()).orElseThrow(() -> Lifecycle.notFound(id));
    }

    private Directory base(String place, String part) {
        for (int attempt = 1; ; attempt++) {
            StoredSandbox s = stored();
            LayerStack stack = folder.stack();
            if (stack.plain()) {
                return Directory.open(folder.files().resolve(part));
            }
            if (!s.held()) {
                return workings.layering()
                        .mounts()
                        .view(s, stack, files -> Directory.open(files.resolve(part)));
            }
            try {
                Path shown = Inside.root(s.holder().orElseThrow().pid());
                return Directory.open(shown.resolve(place.substring(1)));
            } catch (OxException e) {
                // The holder has gone, or has just begun to.
                if (attempt == ATTEMPTS || e.code() != ErrorCode.FILE_NOT_FOUND) {
                    throw e;
                }
            }
        }
    }

    /**
     * A sandbox on its way out loses its files one by one: what is not seen was not deleted. One of
     * another incarnation may have other layers.
     */
    private void refuseUnlessSame(SandboxStore record, int incarnation) {
        StoredSandbox now =
                record.read()
                        .filter(stored -> stored.state() != SandboxState.DESTROYING)
                        .orElseThrow(() ->
                                OxException.of(
                                        ErrorCode.SANDBOX_NOT_FOUND,
                                        "sandbox %s is gone, and its files with it",
                                        id));
        if (now.incarnation() != incarnation) {
            throw GuardedTree.outdated(id);
        }
    }
}
