package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.posix.MemoryFile;
import dev.oxbow.posix.NamedPipe;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import dev.oxbow.sandbox.TerminalSize;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Starts the processes, or the terminals, of one sandbox and finds them again. */
final class Commands {
    private final Site site;
    private final Path all;
    private final Runnable use;

    private Commands(Site site, Path all, Runnable use) {
        this.site = site;
        this.all = all;
        this.use = use;
    }

    /**
     * The processes of a sandbox.
     *
     * @param use called before one is given input or a signal
     */
    static Commands processes(Site site, SandboxFolder folder, Runnable use) {
        return new Commands(site, folder.processes(), use);
    }

    /** The terminals of a sandbox, likewise. */
    static Commands terminals(Site site, SandboxFolder folder, Runnable use) {
        return new Commands(site, folder.terminals(), use);
    }

    private SandboxFolder.ProcessFolder folder(ProcessId id) {
        return new SandboxFolder.ProcessFolder(all.resolve(id.value()));
    }

    Optional<LocalProcess> find(ProcessId id) {
        return StoredRequest.read(folder(id).request()).map(request -> view(request, false));
    }

    /** What is seen of a process; whether its supervisor is told by us, and so tells us. */
    private LocalProcess view(StoredRequest request, boolean ours) {
        return new LocalProcess(
                folder(request.id()),
                request,
                site.config().patience(),
                site.launcher().notices(),
                ours,
                use);
    }

    List<LocalProcess> list() {
        List<LocalProcess> found = new ArrayList<>();
        for (ProcessId id : ids()) {
            find(id).ifPresent(found::add);
        }
        found.sort(
                Comparator.comparing((LocalProcess p) -> p.request().createdAt())
                        .thenComparing(p -> p.id().value()));
        return found;
    }

    private List<ProcessId> ids() {
        List<ProcessId> ids = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(all, ProcessId.PREFIX + "*")) {
            names.forEach(n -> ids.add(new ProcessId(n.getFileName().toString())));
        } catch (NoSuchFileException goneMeanwhile) {
            return List.of();
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the processes in %s cannot be listed: %s",
                            all,
                            Why.of(e))
                    .causedBy(e);
        }
        return ids;
    }

    boolean anyRunning() {
        return ids().stream()
                .filter(id -> folder(id).exit().toFile().length() == 0)
                .flatMap(id -> find(id).stream())
                .anyMatch(p -> p.exit().isEmpty());
    }

    /** An exec with an id that is known: the same process if the request is the same. */
    LocalProcess again(
            LocalProcess known,
            ProcessSpec spec,
            Optional<TerminalSize> size,
            Supplier<StoredSandbox> ready) {
        if (!known.request().digest().equals(StoredRequest.digest(spec))) {
            throw OxException.of(
                            ErrorCode.IDEMPOTENCY_KEY_REUSED,
                            "%s exists with another command",
                            spec.id())
                    .with("processId", spec.id().value());
        }
        if (!known.started() && !known.claimed()) {
            // Whoever wrote the request died before handing it over. Only one can win it.
            run(ready.get(), spec, size, known);
        }
        return known;
    }

    LocalProcess start(StoredSandbox sandbox, ProcessSpec spec, Optional<TerminalSize> size) {
        String cwd = onHost(sandbox, spec).cwd();
        InsideDirectory.require(sandbox.holder().orElseThrow().pid(), cwd);
        boolean tracked = ControlGroups.makeFor(sandbox.groups(), spec.id());
        StoredRequest request =
                StoredRequest.of(
                        spec,
                        sandbox.incarnation(),
                        ThreadLocalRandom.current().nextLong(1L << 30, 1L << 40),
                        tracked ? sandbox.groups().trackOf(spec.id()) : Optional.empty(),
                        sandbox.builtAs());
        if (!write(request, size)) {
            return again(find(spec.id()).orElseThrow(), spec, size, () -> sandbox);
        }
        LocalProcess process = view(request, true);
        run(sandbox, spec, size, process);
        return process;
    }

    /** Writes a new process down; false if somebody else did so first. */
    private boolean write(StoredRequest request, Optional<TerminalSize> size) {
        Path target = folder(request.id()).path();
        Path made = null;
        try {
            made = Files.createTempDirectory(all, ".new-");
            SandboxFolder.ProcessFolder next = new SandboxFolder.ProcessFolder(made);
            Files.writeString(next.request(), dev.oxbow.base.Json.write(request));
            Files.createFile(next.spool(Channel.STDOUT));
            if (size.isPresent()) {
                NamedPipe.make(next.control(), Optional.empty());
                Files.writeString(next.sizes(), SizeLog.first(size.get()));
            } else {
                Files.createFile(next.spool(Channel.STDERR));
            }
            if (size.isEmpty() && request.pipe()) {
                NamedPipe.make(next.input(), Optional.empty());
            }
            Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException taken) {
            Trash.deleteNow(java.util.Objects.requireNonNull(made));
            return false;
        } catch (IOException e) {
            if (made != null) {
                Trash.deleteNow(made);
            }
            if (e instanceof FileSystemException && Files.exists(target)) {
                return false;
            }
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "process %s cannot be written down: %s",
                            request.id(),
                            Why.of(e))
                    .causedBy(e);
        }
    }

    /** The command in the words of where it will run. */
    private ProcessSpec onHost(StoredSandbox sandbox, ProcessSpec spec) {
        return sandbox.walled()
                ? spec
                : ProcessTier.onHost(spec, ProcessTier.mapping(sandbox, site.folder(sandbox.id())));
    }

    private void run(
            StoredSandbox sandbox,
            ProcessSpec spec,
            Optional<TerminalSize> size,
            LocalProcess process) {
        Optional<MemoryFile> input =
                size.isEmpty() && spec.stdin() instanceof ProcessSpec.Stdin.Bytes given
                        ? Optional.of(MemoryFile.of(given.bytes()))
                        : Optional.empty();
        try {
            SupervisorRequest request =
                    new SupervisorRequest(
                            folder(spec.id()),
                            onHost(sandbox, spec),
                            input.map(MemoryFile::path),
                            sandbox.uid(),
                            sandbox.uid().isPresent()
                                    ? OptionalInt.of(BubblewrapCommand.INNER_ID)
                                    : OptionalInt.empty(),
                            sandbox.holder().orElseThrow(),
                            site.root() ? Optional.empty() : sandbox.monitor(),
                            sandbox.groups().join(),
                            process.request().track().map(Path::of),
                            sandbox.groups().oomEvents(),
                            Rlimits.of(sandbox, site.groups().mechanisms()),
                            process.request().mark(),
                            List.copyOf(sandbox.readOnly().keySet()),
                            site.config().retention().bytes(),
                            size,
                            sandbox.walled());
            site.supervise(sandbox.id(), request, process::started);
        } finally {
            input.ifPresent(MemoryFile::close);
        }
    }
}
