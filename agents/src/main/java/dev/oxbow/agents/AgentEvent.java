package dev.oxbow.agents;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What an agent did, in words that are the same for every agent. */
public sealed interface AgentEvent extends Event {

    /**
     * The agent opened its own session.
     *
     * @param nativeSessionId the agent's name for it, the key to resume
     * @param resumed whether it continues an earlier one
     * @param cwd where the agent works, inside the sandbox
     * @param model the model that the agent says it uses
     * @param agentVersion the version that the agent says it has
     * @param tools names of the tools offered to the model, as far as the agent says
     */
    record AgentSession(
            String nativeSessionId,
            boolean resumed,
            Optional<String> cwd,
            Optional<String> model,
            Optional<String> agentVersion,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> tools)
            implements AgentEvent {
        public AgentSession {
            tools = copy(tools);
        }
    }

    /** More text of a message that is being written; append it to what came before. */
    record MessageDelta(String itemId, String text) implements AgentEvent {}

    /**
     * A whole message; it replaces the deltas of its item.
     *
     * @param itemId names the message within the run
     * @param role who speaks
     * @param text what is said
     * @param parentCallId the tool call of the sub-agent that speaks
     * @param synthetic true if the agent's program made the text, not the model
     */
    record Message(
            String itemId,
            Role role,
            String text,
            Optional<String> parentCallId,
            Optional<Boolean> synthetic)
            implements AgentEvent {
        /** An ordinary message. */
        public static Message of(String itemId, Role role, String text) {
            return new Message(itemId, role, text, Optional.empty(), Optional.empty());
        }
    }

    /** What the model thought aloud; {@code delta} means: append. */
    record Reasoning(String itemId, String text, boolean delta) implements AgentEvent {}

    /**
     * The agent began to use a tool.
     *
     * @param callId names the call within the run
     * @param parentCallId the call of the sub-agent that makes it
     * @param kind what sort of tool
     * @param name the agent's own name of the tool
     * @param server the MCP server that offers it
     * @param title one line for people
     * @param input the tool's input as the model gave it
     * @param command the shell command, without the shell around it
     * @param paths files concerned, relative to the workspace where they are in it
     */
    record ToolStarted(
            String callId,
            Optional<String> parentCallId,
            ToolKind kind,
            String name,
            Optional<String> server,
            String title,
            JsonNode input,
            Optional<String> command,
            List<String> paths)
            implements AgentEvent {
        public ToolStarted {
            input = input == null ? JsonNodeFactory.instance.objectNode() : input;
            paths = copy(paths);
        }
    }

    /** Output of a tool that still runs. */
    record ToolOutput(String callId, OutputMode mode, String text) implements AgentEvent {}

    /**
     * A tool call is over.
     *
     * @param callId the call
     * @param status how it went
     * @param exitCode of its command
     * @param output what it printed or answered
     * @param truncated whether the agent says that output was cut
     * @param error why it failed
     * @param changes files it changed, as far as the agent says
     * @param durationMs how long it took, as far as the agent says
     */
    record ToolCompleted(
            String callId,
            ToolStatus status,
            OptionalInt exitCode,
            Optional<String> output,
            boolean truncated,
            Optional<String> error,
            List<FileChange> changes,
            OptionalLong durationMs)
            implements AgentEvent {
        public ToolCompleted {
            changes = copy(changes);
        }
    }

    /** A file that a tool changed. */
    record FileChange(String path, ChangeKind kind) {}

    /** The agent's whole list of steps, as it stands now. */
    record Plan(List<PlanEntry> entries) implements AgentEvent {
        public Plan {
            entries = copy(entries);
        }
    }

    /** One step of a plan. */
    record PlanEntry(String text, PlanStatus status) {}

    /** The agent asks whether it may do something. */
    record PermissionAsked(
            String requestId,
            Optional<String> callId,
            String kind,
            String title,
            String detail,
            List<PermissionOption> options)
            implements AgentEvent {
        public PermissionAsked {
            options = copy(options);
        }
    }

    /** One possible answer. */
    record PermissionOption(String id, OptionKind kind, String label) {}

    /** Somebody answered. */
    record PermissionAnswered(
            String requestId, String optionId, Answerer by, Optional<String> reason)
            implements AgentEvent {}

    /** The agent asks for information. */
    record InputAsked(String requestId, List<Question> questions) implements AgentEvent {
        public InputAsked {
            questions = copy(questions);
        }
    }

    /** One question. */
    record Question(String id, String text, List<String> options, boolean multiple) {
        public Question {
            options = copy(options);
        }
    }

    /** Somebody answered; {@code answers} is question id → answers. */
    record InputAnswered(String requestId, JsonNode answers) implements AgentEvent {}

    /**
     * Tokens used. Cached and cache-write tokens are part of the input, reasoning of the output.
     *
     * @param scope one request to the model, or the run so far
     * @param costUsd what the agent says it cost
     * @param contextUsed tokens now in the model's window
     * @param contextSize size of the model's window
     */
    record Usage(
            UsageScope scope,
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens,
            Optional<Double> costUsd,
            OptionalLong contextUsed,
            OptionalLong contextSize)
            implements AgentEvent {
        /** Nothing used in the run. */
        public static final Usage NONE = run(0, 0, 0, 0, 0, Optional.empty());

        /** Figures of a whole run. */
        public static Usage run(
                long input,
                long cached,
                long cacheWrite,
                long output,
                long reasoning,
                Optional<Double> costUsd) {
            return new Usage(
                    UsageScope.RUN,
                    input,
                    cached,
                    cacheWrite,
                    output,
                    reasoning,
                    costUsd,
                    OptionalLong.empty(),
                    OptionalLong.empty());
        }
    }

    /** The agent tries a request to the model again. */
    record Retrying(
            int attempt,
            OptionalInt max,
            OptionalLong delayMs,
            OptionalInt httpStatus,
            String message)
            implements AgentEvent {}

    /** Something worth a line; never the end of a run. */
    record Notice(Level level, String message) implements AgentEvent {}

    /**
     * The run's agent finished its work. Last event of a run.
     *
     * @param finishReason the agent's own word for the end
     * @param text the last thing the agent said
     * @param usage of the whole run
     * @param toolsFailed tool calls that failed; they do not make the run fail
     * @param toolsDeclined tool calls that were not allowed
     * @param toolsAborted tool calls that never ended
     * @param durationMs how long the agent ran
     * @param outcome class of the whole run, added by the engine after sync-out
     * @param exitCode exit code of {@code ox}, added by the engine after sync-out
     */
    record RunCompleted(
            String finishReason,
            String text,
            Usage usage,
            int toolsFailed,
            int toolsDeclined,
            int toolsAborted,
            long durationMs,
            Optional<Outcome> outcome,
            OptionalInt exitCode)
            implements AgentEvent {
        /** The same with what the whole run came to. */
        public RunCompleted ended(Outcome result, int code, Duration took) {
            return new RunCompleted(
                    finishReason,
                    text,
                    usage,
                    toolsFailed,
                    toolsDeclined,
                    toolsAborted,
                    took.toMillis(),
                    Optional.of(result),
                    OptionalInt.of(code));
        }
    }

    /**
     * The run ended without success. Last event of a run.
     *
     * @param reason why
     * @param message one line for people
     * @param httpStatus the model server's answer, if that was the cause
     * @param exitCode as an adapter makes it: the agent's own; as the engine stores it: that of
     *     {@code ox}, while {@code agentExitCode} keeps the agent's
     * @param signal the number of the signal that ended the agent
     * @param usage of the run, as far as it is known
     * @param outcome class of the whole run, added by the engine after sync-out
     * @param agentExitCode the agent's own exit code, added by the engine
     */
    record RunError(
            Reason reason,
            String message,
            OptionalInt httpStatus,
            OptionalInt exitCode,
            OptionalInt signal,
            Optional<Usage> usage,
            Optional<Outcome> outcome,
            OptionalInt agentExitCode)
            implements AgentEvent {
        /** An error that is not the end of an agent's process. */
        public static RunError of(Reason reason, String message) {
            return new RunError(
                    reason,
                    message,
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalInt.empty());
        }

        /** The same with what the engine knows better than the agent's output. */
        public RunError because(Reason better, String words) {
            return new RunError(
                    better, words, httpStatus, exitCode, signal, usage, outcome, agentExitCode);
        }

        /** The same with what the whole run came to. */
        public RunError ended(Outcome result, int code) {
            return new RunError(
                    reason,
                    message,
                    httpStatus,
                    OptionalInt.of(code),
                    signal,
                    usage,
                    Optional.of(result),
                    agentExitCode.isPresent() ? agentExitCode : exitCode);
        }
    }

    /**
     * Something this version has no word for.
     *
     * @param nativeType the agent's word for it; for an event read from JSON, its {@code type}
     * @param kept the whole object as it was read from JSON, written back unchanged; empty for what
     *     an adapter makes, whose original travels in the envelope's {@code native}
     */
    record Unknown(String nativeType, Optional<JsonNode> kept) implements AgentEvent {
        /** What an adapter makes of a line it has no word for. */
        public static Unknown ofNative(String nativeType) {
            return new Unknown(nativeType, Optional.empty());
        }

        @Override
        public String type() {
            return kept.isPresent() ? nativeType : "unknown";
        }
    }

    /** Who speaks. */
    enum Role implements Wire {
        USER,
        ASSISTANT
    }

    /** What sort of tool a call uses. */
    enum ToolKind implements Wire {
        COMMAND,
        EDIT,
        READ,
        SEARCH,
        FETCH,
        MCP,
        TASK,
        OTHER
    }

    /** Whether output is added to what came before or replaces it. */
    enum OutputMode implements Wire {
        APPEND,
        REPLACE
    }

    /** How a tool call went. */
    enum ToolStatus implements Wire {
        OK,
        FAILED,
        /** It was not allowed. */
        DECLINED,
        /** The agent ended, or was stopped, before the call did. */
        ABORTED
    }

    /** How a file changed. */
    enum ChangeKind implements Wire {
        ADD,
        UPDATE,
        DELETE,
        MOVE
    }

    /** How far a step of a plan is. */
    enum PlanStatus implements Wire {
        PENDING,
        IN_PROGRESS,
        COMPLETED
    }

    /** What an answer to a permission request means. */
    enum OptionKind implements Wire {
        ALLOW_ONCE,
        ALLOW_ALWAYS,
        REJECT_ONCE,
        REJECT_ALWAYS,
        CANCEL
    }

    /** Who answered. */
    enum Answerer implements Wire {
        USER,
        POLICY,
        TIMEOUT
    }

    /** What a count of tokens covers. */
    enum UsageScope implements Wire {
        CALL,
        RUN
    }

    /** How much a notice matters. */
    enum Level implements Wire {
        INFO,
        WARNING,
        ERROR
    }

    /** Why a run ended without success. */
    enum Reason implements Wire {
        MODEL,
        AUTH,
        RATE_LIMITED,
        SERVER_ERROR,
        CONTEXT,
        MAX_TOKENS,
        REFUSED,
        PERMISSION,
        ARGUMENTS,
        SANDBOX,
        NETWORK,
        TIMEOUT,
        CANCELLED,
        CRASHED,
        OUT_OF_MEMORY,
        INTERRUPTED,
        NO_TERMINAL_EVENT
    }

    /** A constant that is written in JSON as its name in lower case. */
    interface Wire {
        /** The name in capital letters. */
        String name();

        /** The word used in JSON. */
        @JsonValue
        default String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static <T> List<T> copy(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
