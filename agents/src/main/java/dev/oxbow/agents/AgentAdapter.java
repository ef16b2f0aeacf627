package dev.oxbow.agents;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;

/**
 * How one agent is started and read. Stateless and pure: the same request gives the same launch;
 * nothing is read from or written to the machine.
 */
public sealed interface AgentAdapter
        permits CodexAdapter, OpenCodeAdapter, ClaudeAdapter, GeminiAdapter, CommandAdapter {

    /** Which agent. */
    AgentName name();

    /**
     * What to start for a request.
     *
     * @throws OxException {@link ErrorCode#INVALID_ARGUMENT} if the agent cannot do what is asked;
     *     {@link ErrorCode#CAPABILITY_UNSUPPORTED} for a policy that it cannot keep
     */
    Launch launch(LaunchRequest request);

    /** A fresh reader for one run's output. */
    StreamDecoder decoder(DecoderContext context);

    /** The adapter of an agent. */
    static AgentAdapter of(AgentName name) {
        return switch (name) {
            case CODEX -> new CodexAdapter();
            case OPENCODE -> new OpenCodeAdapter();
            case CLAUDE_CODE -> new ClaudeAdapter();
            case GEMINI -> new GeminiAdapter();
            case COMMAND -> new CommandAdapter();
        };
    }
}
