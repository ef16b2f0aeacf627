package dev.oxbow.agents;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The agents that Oxbow can run. */
public enum AgentName {
    /** OpenAI Codex CLI; the default. */
    CODEX("codex"),
    /** OpenCode. */
    OPENCODE("opencode"),
    /** Claude Code. */
    CLAUDE_CODE("claude-code"),
    /** Google Gemini CLI. */
    GEMINI("gemini"),
    /** Any command, run as it is. */
    COMMAND("command");

    /** The agent that runs if none is named. */
    public static final AgentName DEFAULT = CODEX;

    private final String wire;

    AgentName(String wire) {
        this.wire = wire;
    }

    /** The name people write. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** Whether it must be installed before it can run. */
    public boolean installable() {
        return this != COMMAND;
    }

    /**
     * Reads a name or an alias ({@code claude}), upper or lower case.
     *
     * @throws OxException {@link ErrorCode#INVALID_ARGUMENT} with the list of names
     */
    public static AgentName parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (name.equals("claude")) {
            return CLAUDE_CODE;
        }
        return Arrays.stream(values())
                .filter(agent -> agent.wire.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        OxException.of(ErrorCode.INVALID_ARGUMENT, "there is no agent '%s'", text)
                                .suggest("Choose one of: %s.", names()));
    }

    /** All names, for messages and completion. */
    public static String names() {
        return Arrays.stream(values()).map(AgentName::wire).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return wire;
    }
}
