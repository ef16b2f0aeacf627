package dev.oxbow.agents;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What Oxbow did around an agent. */
public sealed interface EngineEvent extends Event {

    /** The run is accepted and waits; {@code ahead} runs come first. */
    record RunQueued(int ahead) implements EngineEvent {}

    /**
     * The run's agent is about to start.
     *
     * @param agent its name
     * @param version its version
     * @param model the model asked for
     * @param tier the walls around it
     * @param resumedFrom the agent's session that is continued
     */
    record RunStarted(
            String agent,
            String version,
            Optional<String> model,
            String tier,
            Optional<String> resumedFrom)
            implements EngineEvent {}

    /** The run enters a phase, such as {@code sync_in} or {@code agent_running}. */
    record RunPhase(String phase) implements EngineEvent {}

    /** A new sandbox stands. */
    record SandboxCreated(SandboxId sandboxId, String provider, String tier, long durationMs)
            implements EngineEvent {}

    /** The thread's sandbox was found as it was left. */
    record SandboxReused(SandboxId sandboxId, String provider, String tier)
            implements EngineEvent {}

    /** The thread's sandbox was stopped and runs again; its files are as they were left. */
    record SandboxStarted(SandboxId sandboxId, long durationMs) implements EngineEvent {}

    /** The thread's sandbox was paused; its processes go on where they were. */
    record SandboxResumed(SandboxId sandboxId, long durationMs) implements EngineEvent {}

    /** The thread's sandbox was gone or unusable; a new one takes its place. */
    record SandboxRecreated(SandboxId sandboxId, Optional<SandboxId> replaces, String reason)
            implements EngineEvent {}

    /** Which walls and limits are in force. */
    record SandboxLimits(SandboxId sandboxId, List<Limit> limits) implements EngineEvent {
        public SandboxLimits {
            limits = List.copyOf(limits);
        }
    }

    /** One wall or limit, whether it holds, and by what; why not, if it does not. */
    record Limit(String name, boolean inForce, String mechanism) {}

    /** The sandbox was frozen; its processes and their memory stay. */
    record SandboxPaused(SandboxId sandboxId, String reason) implements EngineEvent {}

    /** The sandbox will end unless it is used; {@code message} says when and why. */
    record SandboxIdleWarning(SandboxId sandboxId, String message) implements EngineEvent {}

    /**
     * A sandbox in which nothing had happened for long was destroyed.
     *
     * @param archive where its work is kept, if that was nowhere else
     */
    record ZombieDestroyed(SandboxId sandboxId, String reason, Optional<String> archive)
            implements EngineEvent {}

    /** The sandbox began with the files of a checkpoint. */
    record SandboxForked(SandboxId sandboxId, CheckpointId checkpointId) implements EngineEvent {}

    /** The sandbox's files were kept as they were; {@code name} is one line for people. */
    record SandboxCheckpoint(SandboxId sandboxId, CheckpointId checkpointId, String name)
            implements EngineEvent {}

    /** The sandbox was stopped; its files stay. */
    record SandboxStopped(SandboxId sandboxId, String reason) implements EngineEvent {}

    /** The sandbox and its files are gone. */
    record SandboxDestroyed(SandboxId sandboxId, String reason) implements EngineEvent {}

    /** An agent is being installed; {@code message} is one line for people. */
    record AgentInstalling(String agent, String version, String message) implements EngineEvent {}

    /** An agent was installed. */
    record AgentInstalled(String agent, String version, long durationMs) implements EngineEvent {}

    /** Files begin to move. */
    record SyncStarted(Direction direction) implements EngineEvent {}

    /** Files move; totals are present once they are known. */
    record SyncProgress(
            Direction direction,
            long files,
            OptionalLong filesTotal,
            long bytes,
            OptionalLong bytesTotal)
            implements EngineEvent {}

    /** Files have moved. */
    record SyncCompleted(
            Direction direction, long filesChanged, long filesDeleted, long bytes, long durationMs)
            implements EngineEvent {}

    /**
     * Edits that the user made meanwhile were brought to the working agent.
     *
     * @param filesChanged paths written in the sandbox
     * @param filesDeleted paths removed from it
     * @param held some of the paths that the sandbox has changed as well; they stay as they are on
     *     both sides until the work is brought back
     * @param heldTotal how many there are
     */
    record SyncWatched(
            long filesChanged,
            long filesDeleted,
            long bytes,
            long durationMs,
            List<String> held,
            long heldTotal)
            implements EngineEvent {
        public SyncWatched {
            held = List.copyOf(held);
        }
    }

    /**
     * Both sides changed the same path; {@code kind} names how, {@code resolution} what was done.
     */
    record SyncConflict(String path, String kind, Optional<String> resolution)
            implements EngineEvent {}

    /** Something about the files that the user should know; nothing was lost. */
    record SyncWarning(String code, Optional<String> path, String message) implements EngineEvent {}

    /**
     * A request or tunnel out of the sandbox was allowed and has ended.
     *
     * @param method HTTP method, {@code CONNECT} for a tunnel
     * @param rule the rule it fell under
     * @param pathPrefix the first two segments of the path; none for a tunnel
     * @param bytesUp bytes that went out, heads included
     * @param bytesDown bytes that came back, heads included
     * @param status the HTTP status that the sandbox saw
     */
    record EgressAllowed(
            String host,
            int port,
            Optional<String> method,
            Optional<String> rule,
            Optional<String> pathPrefix,
            OptionalLong bytesUp,
            OptionalLong bytesDown,
            OptionalInt status)
            implements EngineEvent {}

    /**
     * A request or tunnel out of the sandbox was refused.
     *
     * @param method HTTP method, {@code CONNECT} for a tunnel
     * @param rule the rule it fell under, if one names the host
     * @param reason one sentence for people
     * @param pathPrefix the first two segments of the path; none for a tunnel
     * @param bytesUp bytes that went out before it was refused
     * @param bytesDown bytes that came back
     * @param status the HTTP status that the sandbox saw
     * @param ruleToAdd what {@code --network} needs to allow it, if it may be allowed at all
     */
    record EgressDenied(
            String host,
            int port,
            Optional<String> method,
            Optional<String> rule,
            String reason,
            Optional<String> pathPrefix,
            OptionalLong bytesUp,
            OptionalLong bytesDown,
            OptionalInt status,
            Optional<String> ruleToAdd)
            implements EngineEvent {}

    /**
     * Processes that the agent had started and left behind were ended with it.
     *
     * @param count how many, from 1
     */
    record ProcessReaped(int count) implements EngineEvent {}

    /**
     * Part of a stream is gone: it was not kept, or could not be read.
     *
     * @param stream which stream: {@code events}, {@code stdout} or {@code stderr}
     * @param from first position lost
     * @param to first position after the gap
     */
    record Gap(String stream, long from, long to) implements EngineEvent {}

    /** Which way files move. */
    enum Direction {
        /** From the user's worktree into the sandbox. */
        IN,
        /** From the sandbox back to the user's worktree. */
        OUT;

        @JsonValue
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
