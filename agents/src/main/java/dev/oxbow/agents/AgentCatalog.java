package dev.oxbow.agents;

import java.util.List;
import java.util.Locale;

/**
 * Which version of each agent Oxbow runs. An agent is changed here, together with the recordings
 * and tests that prove the new version; it never updates itself.
 */
public final class AgentCatalog {
    /** Gemini CLI is a script: it brings its own Node, wherever that of the machine may be. */
    private static final String NODE = "24.21.0";

    private AgentCatalog() {}

    /**
     * How an agent is installed.
     *
     * @param name the agent
     * @param npmPackage its package
     * @param version the one version of it that is run
     */
    public record Pin(AgentName name, String npmPackage, String version) {
        /** Package and version as npm takes them. */
        public String spec() {
            return npmPackage + "@" + version;
        }
    }

    /** Every agent that can be installed, in the order of {@link AgentName}. */
    public static List<Pin> pins() {
        return List.of(
                new Pin(AgentName.CODEX, "@openai/codex", "0.169.0"),
                new Pin(AgentName.OPENCODE, "opencode-ai", "1.18.33"),
                new Pin(AgentName.CLAUDE_CODE, "@anthropic-ai/claude-code", "2.1.329"),
                new Pin(AgentName.GEMINI, "@google/gemini-cli", "0.61.0"));
    }

    /** The pin of an agent; {@link AgentName#COMMAND} has none. */
    public static Pin pin(AgentName name) {
        return pins().stream()
                .filter(pin -> pin.name() == name)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is not installed"));
    }

    /** All packages that npm is asked for. */
    static List<String> packages(AgentName name) {
        String spec = pin(name).spec();
        return name == AgentName.GEMINI
                ? List.of(spec, "node-" + platform() + "@" + NODE)
                : List.of(spec);
    }

    /**
     * The ways in which the agent may be started, best first, as paths below its directory. A
     * {@code *} stands for one name. Which one fits the machine shows when it is tried: the
     * packages for several processors and C libraries may lie side by side.
     */
    static List<List<String>> entries(AgentName name) {
        String modules = "node_modules/";
        String platform = platform();
        return switch (name) {
            case CODEX ->
                    List.of(List.of(modules + "@openai/codex-" + platform + "/vendor/*/bin/codex"));
            case OPENCODE ->
                    List.of("", "-baseline", "-musl", "-baseline-musl").stream()
                            .map(kind ->
                                    List.of(
                                            modules
                                                    + "opencode-"
                                                    + platform
                                                    + kind
                                                    + "/bin/opencode"))
                            .toList();
            case CLAUDE_CODE ->
                    List.of("", "-musl").stream()
                            .map(kind ->
                                    List.of(
                                            modules
                                                    + "@anthropic-ai/claude-code-"
                                                    + platform
                                                    + kind
                                                    + "/claude"))
                            .toList();
            case GEMINI ->
                    List.of(
                            List.of(
                                    modules + "node-" + platform + "/bin/node",
                                    modules + "@google/gemini-cli/bundle/gemini.js"));
            case COMMAND -> List.of();
        };
    }

    /** Operating system and processor in the spelling of npm packages, such as linux-x64. */
    private static String platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "");
        return (system.contains("mac") ? "darwin" : "linux")
                + (machine.equals("aarch64") ? "-arm64" : "-x64");
    }
}
