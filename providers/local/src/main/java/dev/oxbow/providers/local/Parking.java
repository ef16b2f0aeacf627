package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Lifetime;
import dev.oxbow.sandbox.SandboxState;

/** Lets a sandbox stand still and go on, and keeps its clocks. */
final class Parking {
    private final Site site;
    private final Lifecycle lifecycle;

    Parking(Site site, Lifecycle lifecycle) {
        this.site = site;
        this.lifecycle = lifecycle;
    }

    /**
     * Waits for those who are just starting something, whose command is then frozen with the rest.
     * Written before anything is frozen: whoever dies between leaves a sandbox that wakes.
     */
    void pause(SandboxId id) {
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = site.locks().hold(id)) {
            StoredSandbox s = Lifecycle.existing(folder, id);
            if (!s.held()) {
                throw OxException.of(
                                ErrorCode.CONTAINER_UNAVAILABLE,
                                "sandbox %s does not run and cannot be paused",
                                id)
                        .with("sandboxId", id.value());
            }
            if (s.state() == SandboxState.PAUSED) {
                return;
            }
            try (LockFile _ = new UseLocks(folder, site.config().patience()).notStarting()) {
                freeze(s.in(SandboxState.PAUSED), folder);
            }
        }
    }

    private void freeze(StoredSandbox paused, SandboxFolder folder) {
        paused.write(folder.record());
        boolean done = false;
        try {
            Freezer.of(paused, folder).freeze(site.patience());
            done = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "interrupted while pausing %s", paused.id());
        } finally {
            if (!done) {
                thaw(paused, folder);
            }
        }
    }

    /**
     * Lets it go on if it is paused, under its lock. Thawed before that is written: of whoever dies
     * between, the next finds it paused and thaws it once more.
     */
    static void thaw(StoredSandbox s, SandboxFolder folder) {
        if (s.state() == SandboxState.PAUSED) {
            Freezer.of(s, folder).thaw();
            s.in(SandboxState.READY).write(folder.record());
        }
    }

    /** Lets a paused sandbox go on; anything else stays as it is. */
    void wake(SandboxId id) {
        boolean paused =
                StoredSandbox.read(site.folder(id).record())
                        .filter(s -> s.state() == SandboxState.PAUSED && s.held())
                        .isPresent();
        if (paused) {
            lifecycle.start(id);
        }
    }

    /** Notes that a sandbox is used, and wakes it. */
    void use(SandboxId id) {
        site.folder(id).activity().note();
        wake(id);
    }

    void touch(SandboxId id) {
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = site.locks().hold(id)) {
            StoredSandbox _ = Lifecycle.existing(folder, id);
            folder.activity().note();
            StoredLife life = StoredLife.read(folder.life());
            if (life.now().ttl().isPresent()) {
                life.renewed().write(folder.life());
            }
        }
    }

    void setLifetime(SandboxId id, Lifetime lifetime) {
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = site.locks().hold(id)) {
            StoredSandbox _ = Lifecycle.existing(folder, id);
            StoredLife.read(folder.life()).changed(lifetime).write(folder.life());
        }
    }
}
