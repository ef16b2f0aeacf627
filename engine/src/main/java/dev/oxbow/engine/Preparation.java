package dev.oxbow.engine;

import dev.oxbow.agents.AgentAdapter;
import dev.oxbow.agents.AgentName;
import dev.oxbow.agents.DecoderContext;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.InstalledAgent;
import dev.oxbow.agents.Launch;
import dev.oxbow.agents.LaunchRequest;
import dev.oxbow.agents.SessionTotals;
import dev.oxbow.agents.StreamDecoder;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.workspace.Worktree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What must be known to start a run's agent, or to read what it says: the same for the first driver
 * and for one that takes over.
 *
 * @param adapter the agent's adapter
 * @param version the agent's version; empty for a plain command
 * @param launch how it is started
 * @param context how its output is read
 * @param directory where it works, below the workspace
 */
record Preparation(
        AgentAdapter adapter,
        Optional<String> version,
        Launch launch,
        DecoderContext context,
        TreePath directory) {
    private static final Duration INSTALL_PATIENCE = Duration.ofMinutes(10);

    /**
     * Installs the agent if need be and works out its launch.
     *
     * @param proxied whether its way out is our proxy
     */
    static Preparation of(EngineParts parts, RunJournal journal, boolean proxied)
            throws InterruptedException {
        RunRequest request = journal.run().request();
        AgentName name = AgentName.parse(request.agent());
        Optional<InstalledAgent> installed =
                name.installable()
                        ? Optional.of(installed(parts, journal, name))
                        : Optional.empty();
        TreePath directory = directory(journal.run().worktree(), request.cwd());
        String cwd = directory.isRoot() ? Sandbox.WORKSPACE : Sandbox.WORKSPACE + "/" + directory;
        List<String> entry = installed.map(InstalledAgent::entry).orElse(request.command());
        Optional<SessionRecord> session = session(parts, journal);
        LaunchRequest wanted = request(request, entry, cwd, session, proxied);
        DecoderContext context =
                DecoderContext.fresh().withDirectories(cwd, Sandbox.HOME).withArgv(entry);
        if (session.isPresent()) {
            Optional<SessionTotals> used = session.get().totals();
            context = context.withResumed(session.get().sessionId(), used);
        }
        AgentAdapter adapter = AgentAdapter.of(name);
        return new Preparation(
                adapter,
                installed.map(InstalledAgent::version),
                adapter.launch(wanted),
                context,
                directory);
    }

    /** What a request alone tells of its launch, before anything exists. */
    static Launch provisional(RunRequest request) {
        AgentName name = AgentName.parse(request.agent());
        List<String> entry = name.installable() ? List.of(name.wire()) : request.command();
        return AgentAdapter.of(name)
                .launch(request(request, entry, Sandbox.WORKSPACE, Optional.empty(), true));
    }

    /** The words that start a request's agent, without its prompt; for the record. */
    static List<String> argv(RunRequest request) {
        return provisional(request).argv();
    }

    private static LaunchRequest request(
            RunRequest request,
            List<String> entry,
            String cwd,
            Optional<SessionRecord> session,
            boolean proxied) {
        LaunchRequest wanted =
                LaunchRequest.of(entry, request.prompt())
                        .withDirectories(cwd, Sandbox.HOME)
                        .withTrustedRepository(request.trustRepository());
        if (proxied) {
            wanted = wanted.withProxy(Gateway.proxyAddress());
        }
        if (request.model().isPresent()) {
            wanted = wanted.withModel(request.model().get());
        }
        if (request.modelUrl().isPresent()) {
            wanted = wanted.withModelUrl(request.modelUrl().get());
        }
        if (request.modelKeyEnv().isPresent()) {
            wanted = wanted.withKeyEnv(request.modelKeyEnv().get());
        }
        return session.isPresent() ? wanted.withResumeSession(session.get().sessionId()) : wanted;
    }

    private static InstalledAgent installed(EngineParts parts, RunJournal journal, AgentName name)
            throws InterruptedException {
        try {
            return parts.agents().resolve(name);
        } catch (OxException e) {
            if (e.code() != ErrorCode.AGENT_NOT_INSTALLED) {
                throw e;
            }
        }
        long began = System.nanoTime();
        InstalledAgent agent =
                parts.agents()
                        .install(
                                name,
                                line -> {
                                    journal.note(
                                            new EngineEvent.AgentInstalling(name.wire(), "", line));
                                    journal.flush();
                                },
                                Deadline.in(INSTALL_PATIENCE));
        journal.note(
                new EngineEvent.AgentInstalled(
                        name.wire(),
                        agent.version(),
                        Duration.ofNanos(System.nanoTime() - began).toMillis()));
        return agent;
    }

    private static Optional<SessionRecord> session(EngineParts parts, RunJournal journal) {
        RunRecord run = journal.run();
        String agent = run.request().agent();
        return switch (run.request().continuation()) {
            case Continuation.Fresh _ -> Optional.empty();
            // A later run may have made another session the latest: what was resolved first holds.
            case Continuation.Latest _ ->
                    Optional.of(
                            journal.progress()
                                    .resumed()
                                    .flatMap(id -> parts.store().session(run.thread(), agent, id))
                                    .or(() -> parts.store().latestSession(run.thread(), agent))
                                    .orElseThrow(() ->
                                            OxException.of(
                                                            ErrorCode.INVALID_ARGUMENT,
                                                            "there is no session of %s in this"
                                                                    + " worktree to continue",
                                                            agent)
                                                    .suggest("Run it without --continue first.")));
            case Continuation.Session wanted ->
                    Optional.of(
                            parts.store()
                                    .session(run.thread(), agent, wanted.id())
                                    .orElseThrow(() ->
                                            OxException.of(
                                                    ErrorCode.INVALID_ARGUMENT,
                                                    "no session %s of %s is known in this worktree",
                                                    wanted.id(),
                                                    agent)));
        };
    }

    /** A sub-directory of the worktree, as a path in the workspace. */
    static TreePath directory(Path worktree, Path cwd) {
        try {
            Path below = worktree.relativize(cwd.toRealPath());
            return below.toString().isEmpty() ? TreePath.ROOT : TreePath.of(below.toString());
        } catch (IOException | IllegalArgumentException e) {
            // It was removed since: the root of the worktree is always there.
            return TreePath.ROOT;
        }
    }

    StreamDecoder decoder() {
        return adapter.decoder(context);
    }

    /** The root of the worktree that holds a directory. */
    static Path rootOf(Path cwd) {
        return Worktree.at(cwd).root();
    }
}
