package dev.oxbow.agents;

import java.util.List;
import java.util.Optional;

/**
 * What a decoder must know about a run beside its output.
 *
 * @param cwd the agent's working directory, to make paths relative
 * @param home the agent's home, where its own records lie
 * @param resumed the session that is continued
 * @param totals what the session had used before the run, as {@link StreamDecoder#totals} of the
 *     run before gave it; empty for a new session
 * @param mcpServers names of the MCP servers that were configured
 * @param argv what was started, for {@link AgentName#COMMAND}
 */
public record DecoderContext(
        String cwd,
        String home,
        Optional<String> resumed,
        Optional<SessionTotals> totals,
        List<String> mcpServers,
        List<String> argv) {
    /** Copies the lists. */
    public DecoderContext {
        mcpServers = List.copyOf(mcpServers);
        argv = List.copyOf(argv);
    }

    /** A new session in {@code /workspace}. */
    public static DecoderContext fresh() {
        return new DecoderContext(
                "/workspace",
                "/home/agent",
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
    }

    /** The same in other directories. */
    public DecoderContext withDirectories(String newCwd, String newHome) {
        return new DecoderContext(newCwd, newHome, resumed, totals, mcpServers, argv);
    }

    /** The same as continuation of a session that had used so much. */
    public DecoderContext withResumed(String session, Optional<SessionTotals> used) {
        return new DecoderContext(cwd, home, Optional.of(session), used, mcpServers, argv);
    }

    /** The same with MCP servers. */
    public DecoderContext withMcpServers(List<String> names) {
        return new DecoderContext(cwd, home, resumed, totals, names, argv);
    }

    /** The same for a command. */
    public DecoderContext withArgv(List<String> words) {
        return new DecoderContext(cwd, home, resumed, totals, mcpServers, words);
    }
}
