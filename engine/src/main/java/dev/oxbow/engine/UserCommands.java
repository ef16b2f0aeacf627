package dev.oxbow.engine;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.workspace.Progress;
import dev.oxbow.workspace.SyncOptions;
import dev.oxbow.workspace.Worktree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people do in sandboxes by hand: run a command, open a terminal, throw one away. */
final class UserCommands {
    private final EngineParts parts;
    private final SandboxKeeper keeper;

    UserCommands(EngineParts parts, SandboxKeeper keeper) {
        this.parts = parts;
        this.keeper = keeper;
    }

    Execution exec(ExecRequest request) {
        if (request.argv().isEmpty()) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "there is no command to run");
        }
        At at = open(request.place());
        return new Execution(at.sandbox.id(), at.sandbox.exec(spec(request, at, Map.of())));
    }

    Terminal terminal(ExecRequest request, TerminalSize size) {
        At at = open(request.place());
        ExecRequest shell =
                request.argv().isEmpty()
                        ? new ExecRequest(
                                request.place(),
                                List.of("/bin/bash", "-l"),
                                request.env(),
                                request.timeout())
                        : request;
        Map<String, String> term = Map.of("TERM", "xterm-256color");
        return at.sandbox.openTerminal(spec(shell, at, term), size);
    }

    /** A sandbox and the directory in it that the user is in. */
    private record At(Sandbox sandbox, String cwd) {}

    private static ProcessSpec spec(ExecRequest request, At at, Map<String, String> more) {
        ProcessSpec usual = ProcessSpec.of(request.argv().toArray(String[]::new));
        Map<String, String> env = new HashMap<>(usual.env());
        env.putAll(RunDriver.ownTemporaryFolder(at.sandbox));
        env.putAll(more);
        env.putAll(request.env());
        return new ProcessSpec(
                ProcessId.next(),
                request.argv(),
                at.cwd,
                env,
                new ProcessSpec.Stdin.Pipe(),
                request.timeout());
    }

    private At open(Place place) {
        return switch (place) {
            case Place.OfSandbox of -> new At(ready(of.id()), Sandbox.WORKSPACE);
            case Place.OfRun of -> new At(ready(sandboxOf(of.id())), Sandbox.WORKSPACE);
            case Place.OfWorktree of -> openWorktree(of);
        };
    }

    private SandboxId sandboxOf(RunId id) {
        RunRecord run =
                parts.store()
                        .run(id)
                        .orElseThrow(() ->
                                OxException.of(ErrorCode.RUN_NOT_FOUND, "there is no run %s", id));
        return run.progress()
                .sandbox()
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.SANDBOX_NOT_FOUND, "run %s has no sandbox yet", id));
    }

    private Sandbox ready(SandboxId id) {
        // Against housekeeping, which would stop it as an idle one just now.
        Optional<ThreadRecord> thread = threadOf(id);
        Optional<LockFile> held = thread.map(keeper::hold);
        try {
            Sandbox sandbox = InProcessEngine.find(parts, id).orElseThrow(() -> noSandbox(id));
            thread.ifPresent(t -> keeper.settle(sandbox, t));
            if (!sandbox.record().state().acceptsCommands()) {
                sandbox.start();
            }
            sandbox.touch();
            return sandbox;
        } finally {
            held.ifPresent(LockFile::close);
        }
    }

    private At openWorktree(Place.OfWorktree of) {
        Worktree worktree = Worktree.at(of.cwd());
        ThreadRecord thread =
                parts.store().openThread(ThreadIdentity.of(worktree), worktree.root());
        SandboxProvider provider = parts.providers().get(parts.defaultProvider());
        if (provider == null) {
            throw OxException.of(
                    ErrorCode.PROVIDER_NOT_CONFIGURED,
                    "there is no provider '%s'",
                    parts.defaultProvider());
        }
        SandboxKeeper.Found found =
                keeper.ensure(
                        provider,
                        thread,
                        new SandboxKeeper.Wanted(of.tier(), Limits.DEFAULT, Optional.empty()),
                        _ -> {});
        boolean free = parts.store().unended(thread.id()).isEmpty();
        if (free) {
            Workspace sync = parts.workspaces().of(worktree.root());
            sync.recover();
            sync.syncIn(found.sandbox(), RunId.next(), SyncOptions.DEFAULT, Progress.NONE);
        }
        TreePath below = Preparation.directory(worktree.root(), of.cwd());
        if (!below.isRoot()) {
            AgentFiles.makeDirectory(found.sandbox(), below);
        }
        String cwd = below.isRoot() ? Sandbox.WORKSPACE : Sandbox.WORKSPACE + "/" + below;
        return new At(found.sandbox(), cwd);
    }

    private Optional<ThreadRecord> threadOf(SandboxId id) {
        return InProcessEngine.find(parts, id).flatMap(keeper::threadOf);
    }

    private static OxException noSandbox(SandboxId id) {
        return OxException.of(ErrorCode.SANDBOX_NOT_FOUND, "there is no sandbox %s", id);
    }
}
