package dev.oxbow.testing;

/** A wire protocol between a coding agent and its model. */
public enum Protocol {
    /** OpenAI Responses, spoken by Codex. */
    OPENAI_RESPONSES("/v1"),
    /** OpenAI Chat Completions, spoken by OpenCode. */
    OPENAI_CHAT("/v1"),
    /** Anthropic Messages, spoken by Claude Code. */
    ANTHROPIC_MESSAGES(""),
    /** Gemini {@code streamGenerateContent}, spoken by Gemini CLI. */
    GEMINI("");

    private final String basePath;

    Protocol(String basePath) {
        this.basePath = basePath;
    }

    /** What the agent's documentation puts behind host and port; its own paths follow it. */
    String basePath() {
        return basePath;
    }
}
