package dev.oxbow.engine;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.workspace.ConflictPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything a run is asked to be. Holds no secret: a key is named by the variable that holds it.
 *
 * @param cwd any directory in the worktree, absolute; the agent works in the same sub-directory
 * @param prompt what the agent is asked; empty only if a command is given
 * @param agent name of the agent, such as {@code codex}
 * @param command the words to run if the agent is {@code command}, else empty
 * @param model the agent's model; empty for its default
 * @param modelUrl base URL of the model; empty for the agent's own
 * @param modelKeyEnv variable of the caller's environment that holds the key; empty for the agent's
 *     usual one
 * @param provider name of the sandbox provider; empty for the default
 * @param tier the least strength of walls
 * @param network hosts the agent may reach beside its model, each {@code host} or {@code host:port}
 * @param timeout longest time from the start of the agent to its end
 * @param idleTimeout longest silence of the agent; empty for none
 * @param continuation whether an earlier session goes on
 * @param onConflict what happens to files that both sides changed
 * @param include paths ignored by git that are wanted in the sandbox all the same
 * @param out where the artifacts go; empty for {@code .ox/runs/<run>} of the worktree
 * @param detach whether a process of its own looks after the run, so that the caller may end
 * @param keeping what becomes of the sandbox
 * @param attempts how many runs start from the same worktree, 1 to 16; with more than one nothing
 *     is applied until one is chosen
 * @param queue whether to wait in line behind another run on the worktree; else it is {@code
 *     WORKTREE_BUSY}
 * @param limits what the sandbox may use, if it is made for this run
 * @param trustRepository whether the repository may configure its agent, which lets its code run
 *     beside the model's key
 * @param watch brings edits of the worktree into the sandbox while the agent works, once nothing
 *     has changed for so long; empty for not at all
 * @param from the checkpoint that the files begin as, in a sandbox of the run's own; empty for the
 *     worktree as it is
 */
public record RunRequest(
        Path cwd,
        String prompt,
        String agent,
        List<String> command,
        Optional<String> model,
        Optional<URI> modelUrl,
        Optional<String> modelKeyEnv,
        Optional<String> provider,
        Tier tier,
        List<String> network,
        Duration timeout,
        Optional<Duration> idleTimeout,
        Continuation continuation,
        ConflictPolicy onConflict,
        List<String> include,
        Optional<Path> out,
        boolean detach,
        Keeping keeping,
        int attempts,
        boolean queue,
        Limits limits,
        boolean trustRepository,
        Optional<Duration> watch,
        Optional<CheckpointId> from) {
    /** How long an agent may work if nobody says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofHours(1);

    /** How long a worktree is quiet before a watch syncs, if nobody says otherwise. */
    public static final Duration DEFAULT_QUIET = Duration.ofMillis(300);

    /** Copies the lists. */
    public RunRequest {
        command = List.copyOf(command);
        network = List.copyOf(network);
        include = List.copyOf(include);
    }

    /** The same for an agent of that name. */
    RunRequest withAgent(String value) {
        return new Builder(this).agent(value).build();
    }

    /** A request with every default: Codex on the local provider, no network but its model. */
    public static Builder of(Path cwd, String prompt) {
        return new Builder(cwd, prompt);
    }

    /** Gathers a request; each method sets the component of its name. Not for several threads. */
    public static final class Builder {
        private final Path cwd;
        private final String prompt;
        private String agent = "codex";
        private List<String> command = List.of();
        private Optional<String> model = Optional.empty();
        private Optional<URI> modelUrl = Optional.empty();
        private Optional<String> modelKeyEnv = Optional.empty();
        private Optional<String> provider = Optional.empty();
        private Tier tier = Tier.NAMESPACE;
        private List<String> network = List.of();
        private Duration timeout = DEFAULT_TIMEOUT;
        private Optional<Duration> idleTimeout = Optional.empty();
        private Continuation continuation = new Continuation.Fresh();
        private ConflictPolicy onConflict = ConflictPolicy.FAIL;
        private List<String> include = List.of();
        private Optional<Path> out = Optional.empty();
        private boolean detach;
        private Keeping keeping = Keeping.IDLE;
        private int attempts = 1;
        private boolean queue = true;
        private Limits limits = Limits.DEFAULT;
        private boolean trustRepository;
        private Optional<Duration> watch = Optional.empty();
        private Optional<CheckpointId> from = Optional.empty();

        private Builder(Path cwd, String prompt) {
            this.cwd = cwd;
            this.prompt = prompt;
        }

        private Builder(RunRequest like) {
            this(like.cwd, like.prompt);
            agent = like.agent;
            command = like.command;
            model = like.model;
            modelUrl = like.modelUrl;
            modelKeyEnv = like.modelKeyEnv;
            provider = like.provider;
            tier = like.tier;
            network = like.network;
            timeout = like.timeout;
            idleTimeout = like.idleTimeout;
            continuation = like.continuation;
            onConflict = like.onConflict;
            include = like.include;
            out = like.out;
            detach = like.detach;
            keeping = like.keeping;
            attempts = like.attempts;
            queue = like.queue;
            limits = like.limits;
            trustRepository = like.trustRepository;
            watch = like.watch;
            from = like.from;
        }

        /** The agent, by the name that {@code --agent} takes. */
        public Builder agent(String value) {
            agent = value;
            return this;
        }

        /** Runs these words instead of an agent. */
        public Builder command(List<String> value) {
            agent = "command";
            command = value;
            return this;
        }

        /** The agent's model. */
        public Builder model(String value) {
            model = Optional.of(value);
            return this;
        }

        /** Base URL of the model. */
        public Builder modelUrl(URI value) {
            modelUrl = Optional.of(value);
            return this;
        }

        /** Name of the variable that holds the key. */
        public Builder modelKeyEnv(String value) {
            modelKeyEnv = Optional.of(value);
            return this;
        }

        /** The sandbox provider. */
        public Builder provider(String value) {
            provider = Optional.of(value);
            return this;
        }

        /**
         * The least strength of walls.
         *
         * @throws OxException {@code INVALID_ARGUMENT} for none at all: {@link #withoutWalls}
         */
        public Builder tier(Tier value) {
            if (!value.isolates()) {
                throw OxException.of(
                        ErrorCode.INVALID_ARGUMENT,
                        "tier %s has no walls, and whoever asks for it must say so",
                        value.wire());
            }
            tier = value;
            return this;
        }

        /** No walls at all, said by somebody who knows that the agent is not isolated then. */
        public Builder withoutWalls() {
            tier = Tier.PROCESS;
            return this;
        }

        /** Hosts to reach beside the model. */
        public Builder network(List<String> value) {
            network = value;
            return this;
        }

        /** Longest working time. */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /** Longest silence. */
        public Builder idleTimeout(Duration value) {
            idleTimeout = Optional.of(value);
            return this;
        }

        /** The session to go on with. */
        public Builder continuation(Continuation value) {
            continuation = value;
            return this;
        }

        /** What happens to files that both sides changed. */
        public Builder onConflict(ConflictPolicy value) {
            onConflict = value;
            return this;
        }

        /** Ignored paths to bring along. */
        public Builder include(List<String> value) {
            include = value;
            return this;
        }

        /** Folder for the artifacts. */
        public Builder out(Path value) {
            out = Optional.of(value);
            return this;
        }

        /** Whether a process of its own looks after the run. */
        public Builder detach(boolean value) {
            detach = value;
            return this;
        }

        /** What becomes of the sandbox. */
        public Builder keeping(Keeping value) {
            keeping = value;
            return this;
        }

        /** Parallel attempts. */
        public Builder attempts(int value) {
            attempts = value;
            return this;
        }

        /** Whether to wait in line for the worktree. */
        public Builder queue(boolean value) {
            queue = value;
            return this;
        }

        /** What a new sandbox may use. */
        public Builder limits(Limits value) {
            limits = value;
            return this;
        }

        /** Whether the repository may configure its agent. */
        public Builder trustRepository(boolean value) {
            trustRepository = value;
            return this;
        }

        /** Brings edits in while the agent works, once it has been quiet for so long. */
        public Builder watch(Duration quiet) {
            watch = Optional.of(quiet);
            return this;
        }

        /** Begins with the files of a checkpoint. */
        public Builder from(CheckpointId checkpoint) {
            from = Optional.of(checkpoint);
            return this;
        }

        /** The request. It is checked by {@link Engine#start}. */
        public RunRequest build() {
            return new RunRequest(
                    cwd,
                    prompt,
                    agent,
                    command,
                    model,
                    modelUrl,
                    modelKeyEnv,
                    provider,
                    tier,
                    network,
                    timeout,
                    idleTimeout,
                    continuation,
                    onConflict,
                    include,
                    out,
                    detach,
                    keeping,
                    attempts,
                    queue,
                    limits,
                    trustRepository,
                    watch,
                    from);
        }
    }
}
