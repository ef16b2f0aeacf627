package dev.oxbow.providers.local;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Makes, starts, stops and removes sandboxes, each change under the sandbox's lock. */
final class Lifecycle {
    /** How long supervisors have to write down the end of what ended with its sandbox. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private final Site site;
    private final Layering layering;
    private final UserIds userIds;

    Lifecycle(Site site, Layering layering) {
        this.site = site;
        this.layering = layering;
        this.userIds = new UserIds(site.config());
    }

    static OxException notFound(SandboxId id) {
        return OxException.of(ErrorCode.SANDBOX_NOT_FOUND, "sandbox %s does not exist", id)
                .with("sandboxId", id.value());
    }

    /** Whether somebody holds the sandbox's lock now. */
    boolean beingChanged(SandboxId id) {
        return site.locks().isHeld(id);
    }

    /** Makes it, or finds it made; {@code tier} is what its walls are. */
    void create(SandboxSpec spec, Tier tier) {
        checkShown(spec);
        SandboxFolder folder = site.folder(spec.id());
        if (!tier.isolates()) {
            ProcessTier.requirePlainNames(folder, spec);
        }
        try (LockFile _ = site.locks().hold(spec.id())) {
            Optional<StoredSandbox> known = StoredSandbox.read(folder.record());
            if (known.isPresent()) {
                StoredSandbox s = known.get();
                boolean begun = s.state() == SandboxState.CREATING;
                if (!s.madeFrom(spec, tier)
                        || !lived(folder, spec)
                        || (!begun && !folder.stack().from().equals(spec.from()))) {
                    throw OxException.of(
                                    ErrorCode.IDEMPOTENCY_KEY_REUSED,
                                    "sandbox %s exists and was asked for differently",
                                    spec.id())
                            .with("sandboxId", spec.id().value());
                }
                if (!begun) {
                    return;
                }
                // Its maker died half-way; nothing of it was ever handed out.
                remove(s, folder);
            }
            Optional<Integer> uid =
                    site.ownUsers() && tier.isolates()
                            ? Optional.of(userIds.claim(spec.id()))
                            : Optional.empty();
            StoredSandbox fresh = StoredSandbox.creating(spec, uid, tier);
            boolean done = false;
            try {
                makeFolder(folder, uid, fresh, spec);
                run(fresh, folder);
                done = true;
            } finally {
                if (!done) {
                    remove(fresh, folder);
                }
            }
        }
    }

    private static void checkShown(SandboxSpec spec) {
        spec.readOnly()
                .forEach((inside, host) -> {
                    Path path = Path.of(inside);
                    if (!path.isAbsolute() || !path.normalize().equals(path)) {
                        throw OxException.of(
                                ErrorCode.INVALID_SANDBOX_CONFIG,
                                "read-only path '%s' is not an absolute path inside",
                                inside);
                    }
                    if (!host.isAbsolute() || !Files.isDirectory(host)) {
                        throw OxException.of(
                                ErrorCode.INVALID_SANDBOX_CONFIG,
                                "read-only folder %s is not a directory of the host",
                                host);
                    }
                });
    }

    private static boolean lived(SandboxFolder folder, SandboxSpec spec) {
        return StoredLife.read(folder.life()).asked().equals(spec.lifetime());
    }

    private void makeFolder(
            SandboxFolder folder, Optional<Integer> uid, StoredSandbox fresh, SandboxSpec spec) {
        StoredLife life = StoredLife.of(spec.lifetime());
        try {
            mkdir(folder.path(), uid.isPresent() ? "rwx--x--x" : "rwx------");
            fresh.write(folder.record());
            life.write(folder.life());
            folder.activity().note(life.since());
            mkdir(folder.processes(), "rwx------");
            mkdir(folder.terminals(), "rwx------");
            mkdir(folder.relays(), "rwx------");
            if (spec.from().isPresent()) {
                fork(folder, fresh.id(), spec.from().get());
                return;
            }
            mkdir(folder.files(), "rwx------");
            for (String part : FilesPlan.PARTS) {
                Path own = folder.files().resolve(part);
                mkdir(own, "rwx------");
                uid.ifPresent(u -> Posix.setOwner(own, new Owner(u, u)));
            }
            uid.ifPresent(u -> Posix.setOwner(folder.files(), new Owner(u, u)));
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "the folder of sandbox %s cannot be made: %s",
                            fresh.id(),
                            Why.of(e))
                    .causedBy(e);
        }
    }

    /** Writes down what the files of a fork are made of. */
    private void fork(SandboxFolder folder, SandboxId id, CheckpointId from) {
        try (LockFile _ = layering.store().giving()) {
            StoredCheckpoint checkpoint = layering.store().require(from);
            folder.write(LayerStack.forked(id, from, checkpoint.layers()));
        }
    }

    /** Makes what a stack needs and is not there yet. */
    void layered(StoredSandbox s, SandboxFolder folder, LayerStack stack) {
        if (stack.plain()) {
            return;
        }
        LayerStore store = layering.store();
        Optional<String> below = stack.lowers().stream().findFirst();
        if (stack.change().filter(c -> c.step() == LayerStack.Step.SWAP).isPresent()) {
            below.ifPresent(name -> store.adopt(folder.files(), name));
        }
        store.make(stack.upper().orElseThrow(), s.uid(), below.map(store::files));
    }

    /** Starts it once more on the files it has now, unless that was done; for the lock's holder. */
    void restart(StoredSandbox s, SandboxFolder folder, int incarnation) {
        if (s.incarnation() < incarnation) {
            end(s, folder);
            run(s, folder);
        }
    }

    /** Throws the plain folder away that a sandbox has no use for any more. */
    void dropPlain(SandboxFolder folder) {
        if (folder.stack().plain() || !Files.exists(folder.files())) {
            return;
        }
        try {
            Trash.throwAway(
                    folder.files(),
                    site.config().dataDir().resolve("trash"),
                    folder.path().getFileName() + "-files");
        } catch (IOException e) {
            Trash.deleteNow(folder.files());
        }
    }

    private static void mkdir(Path path, String mode) throws IOException {
        Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(mode);
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(wanted));
        if (!Files.getPosixFilePermissions(path).equals(wanted)) {
            // The umask has taken some away.
            Files.setPosixFilePermissions(path, wanted);
        }
    }

    /** Builds the walls on a folder that is there, and writes down that they stand. */
    private void run(StoredSandbox stored, SandboxFolder folder) {
        site.tools().require(stored.builtAs());
        List<Enforcement> limits = new ArrayList<>();
        SandboxGroups groups = site.groups().make(stored.id(), stored.limits(), limits);
        limits.addAll(Substitutes.of(stored, limits));
        boolean proven = false;
        StoredSandbox running = stored;
        LayerStack stack = folder.stack();
        try {
            layered(stored, folder, stack);
            Holder holder =
                    Holder.start(
                            site.launcher(),
                            stored.id(),
                            request(stored, folder, stack),
                            groups,
                            site.patience());
            running = stored.running(holder.holder(), holder.monitor(), groups, List.of());
            List<Enforcement> walls = new ArrayList<>(walls(stored, holder));
            walls.addAll(limits);
            if (!stack.plain()) {
                layering.mounts().attach(running, stack);
            }
            stored.running(holder.holder(), holder.monitor(), groups, walls).write(folder.record());
            proven = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "interrupted while making %s", stored.id());
        } finally {
            if (!proven) {
                end(running, folder);
                ControlGroups.remove(groups);
            }
        }
    }

    private List<Enforcement> walls(StoredSandbox stored, Holder holder) {
        return stored.walled()
                ? Walls.prove(
                        holder,
                        site.launcher().confinement(),
                        site.walls(),
                        stored.uid().orElse(-1))
                : ProcessTier.enforced();
    }

    private BuildRequest request(StoredSandbox stored, SandboxFolder folder, LayerStack stack) {
        // Layers are put over their topmost one once the walls stand.
        FilesPlan files =
                new FilesPlan.Plain(
                        stack.upper().map(layering.store()::files).orElse(folder.files()));
        if (!stored.walled()) {
            return new BuildRequest(
                    folder.path(),
                    Optional.empty(),
                    false,
                    Staging.NONE,
                    files,
                    ProcessTier.holder(site.tools()));
        }
        Map<String, String> shown = new TreeMap<>(stored.readOnly());
        RootFilesystem root = site.host().root().showing(shown);
        Staging staging = Staging.NONE;
        if (site.root()) {
            List<String> sources = new ArrayList<>(root.readOnly().values());
            sources.add(files.folder().toString());
            staging = Staging.of(sources);
        }
        List<String> words =
                new BubblewrapCommand(
                                site.tools(),
                                staging,
                                EtcFiles.HOSTNAME,
                                root,
                                files.folder().toString(),
                                site.walls())
                        .argv();
        return new BuildRequest(
                folder.path(),
                stored.uid(),
                site.walls().contains(LocalWall.RIGHTS),
                staging,
                files,
                words);
    }

    void start(SandboxId id) {
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = site.locks().hold(id)) {
            StoredSandbox s = existing(folder, id);
            folder.activity().note();
            if (s.held()) {
                Parking.thaw(s, folder);
                return;
            }
            end(s, folder);
            run(s, folder);
            LayerStack stack = folder.stack();
            if (!stack.mounted().isEmpty()) {
                folder.write(stack.remounted());
                layering.garbage().sweep(stack.mounted());
            }
        }
    }

    void stop(SandboxId id) {
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = site.locks().hold(id)) {
            StoredSandbox s = existing(folder, id);
            if (s.state() == SandboxState.STOPPED) {
                return;
            }
            end(s, folder);
            s.in(SandboxState.STOPPED).write(folder.record());
        }
    }

    /** What is known of a sandbox that is neither half made nor half gone. */
    static StoredSandbox existing(SandboxFolder folder, SandboxId id) {
        StoredSandbox s = StoredSandbox.read(folder.record()).orElseThrow(() -> notFound(id));
        return switch (s.state()) {
            case CREATING, DESTROYING, DESTROYED ->
                    throw OxException.of(
                            ErrorCode.CONTAINER_UNAVAILABLE,
                            "sandbox %s is %s",
                            id,
                            s.state().wire());
            default -> s;
        };
    }

    void setLabels(SandboxId id, Labels labels) {
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = site.locks().hold(id)) {
            existing(folder, id).labelled(labels).write(folder.record());
        }
    }

    void destroy(SandboxId id) {
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = site.locks().hold(id)) {
            Optional<StoredSandbox> known = StoredSandbox.read(folder.record());
            if (known.isEmpty()) {
                if (Files.exists(folder.path())) {
                    Trash.deleteNow(folder.path());
                }
                return;
            }
            StoredSandbox going = known.get().in(SandboxState.DESTROYING);
            going.write(folder.record());
            remove(going, folder);
        }
    }

    /** Ends all, then moves the folder out of sight and deletes it. */
    private void remove(StoredSandbox s, SandboxFolder folder) {
        end(s, folder);
        Optional<LayerStack> stack = stackOf(folder);
        Path trash = site.config().dataDir().resolve("trash");
        try {
            Trash.throwAway(folder.path(), trash, s.id().value());
        } catch (NoSuchFileException neverMade) {
            // Nothing was left behind.
        } catch (IOException e) {
            Trash.deleteNow(folder.path());
        }
        s.uid().ifPresent(uid -> userIds.release(uid, s.id()));
        stack.ifPresent(gone -> layering.garbage().leave(gone, List.of()));
    }

    private static Optional<LayerStack> stackOf(SandboxFolder folder) {
        try {
            return Optional.of(folder.stack());
        } catch (OxException unreadable) {
            // Its layers are found as garbage once this record stands in the way no more.
            return Optional.empty();
        }
    }

    /** Ends every process of a sandbox, known or not. */
    private void end(StoredSandbox s, SandboxFolder folder) {
        try {
            site.launcher().forget(s.id());
            SocatRelay.closeAll(folder);
            List<ProcessRef> pair = new ArrayList<>();
            s.holder().ifPresent(pair::add);
            s.monitor().ifPresent(pair::add);
            if (s.holder().filter(ProcessTable::alive).isEmpty()) {
                // A maker that died wrote nothing down; the folder's name is in the command line.
                List<Long> found = ProcessTable.withArgument("oxbow walls of " + folder.path());
                ProcessTable.withDescendants(found).stream()
                        .filter(pid -> pid != ProcessHandle.current().pid())
                        .flatMap(pid -> ProcessTable.find(pid).stream())
                        .forEach(pair::add);
            }
            for (ProcessRef each : pair) {
                // One after the other: who cannot enter for want of the monitor must find the
                // holder gone, or takes its failure for the command's own.
                Site.killAndAwait(List.of(each), site.patience());
            }
            s.groups().track().ifPresent(t -> ControlGroups.killAll(Path.of(t)));
            if (!s.walled()) {
                endTrees(folder);
            }
            settle(folder);
            ControlGroups.remove(s.groups());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                            ErrorCode.OPERATION_INTERRUPTED,
                            "interrupted while stopping %s",
                            s.id())
                    .admitted(OxException.Admitted.UNKNOWN);
        }
    }

    /** Where no namespace goes with its holder, what it was known by is looked for. */
    private void endTrees(SandboxFolder folder) throws InterruptedException {
        Deadline deadline = site.patience();
        List<StoredRequest> all = StoredRequest.openOf(folder);
        Waiting waiting = new Waiting();
        while (true) {
            List<ProcessRef> left = all.stream().flatMap(r -> r.tree().stream()).toList();
            if (left.isEmpty()) {
                return;
            }
            Site.killAndAwait(left, deadline);
            waiting.nap(deadline);
        }
    }

    /** Waits until the supervisors have written down how their processes ended. */
    private void settle(SandboxFolder folder) throws InterruptedException {
        Deadline deadline = site.patience();
        List<LocalProcess> all = new ArrayList<>(Commands.processes(site, folder, () -> {}).list());
        all.addAll(Commands.terminals(site, folder, () -> {}).list());
        for (LocalProcess process : all) {
            if (process.awaitExit(deadline.orIn(SETTLING)).isEmpty()) {
                // It hangs where nothing can come any more; a sandbox must always be removable.
                process.endSupervision();
                if (process.awaitExit(deadline).isEmpty()) {
                    throw OxException.of(
                            ErrorCode.PROVIDER_TIMEOUT,
                            "process %s did not end with its sandbox",
                            process.id());
                }
            }
        }
    }
}
