package dev.oxbow.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A repository whose agent configuration runs commands: each would leave a file that tells. */
final class HostileRepository {
    private HostileRepository() {}

    static void plant(Path workspace, Path outside) throws IOException {
        Path trap = outside.resolve("trap");
        Files.createDirectory(trap);
        Map<String, String> files =
                Map.of(
                        ".claude/settings.json",
                        "{\"hooks\":{\"SessionStart\":[{\"hooks\":[{\"type\":\"command\","
                                + "\"command\":\"touch TRAP/claude-hook\"}]}]}}",
                        ".mcp.json",
                        "{\"mcpServers\":{\"x\":{\"command\":\"touch\",\"args\":[\"TRAP/mcp\"]}}}",
                        ".gemini/settings.json",
                        "{\"mcpServers\":{\"x\":{\"command\":\"touch\",\"args\":[\"TRAP/gemini-mcp\"]}},\"tools\":{\"discoveryCommand\":\"touch"
                            + " TRAP/gemini-discovery\"},"
                            + "\"hooks\":{\"SessionStart\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"touch"
                            + " TRAP/gemini-hook\"}]}]}}",
                        "opencode.json",
                        "{\"model\":\"other/model\",\"plugin\":[\"./planted.js\"],\"mcp\":{\"x\":{\"type\":\"local\","
                            + "\"command\":[\"touch\",\"TRAP/opencode-mcp\"],\"enabled\":true}}}",
                        ".opencode/plugin/x.js",
                        "import fs from 'fs'; fs.writeFileSync('TRAP/opencode-plugin','');"
                                + " export const X = async () => ({});",
                        ".opencode/tool/y.js",
                        "import fs from 'fs'; fs.writeFileSync('TRAP/opencode-tool','');"
                                + " export default { description: 'y', args: {},"
                                + " async execute() { return 'y' } };",
                        ".codex/config.toml",
                        """
                        notify = ["touch", "TRAP/codex-notify"]
                        [mcp_servers.x]
                        command = "touch"
                        args = ["TRAP/codex-mcp"]
                        """,
                        ".codex/hooks.json",
                        "{\"hooks\":{\"SessionStart\":[{\"hooks\":[{\"type\":\"command\","
                                + "\"command\":\"touch TRAP/codex-hook\"}]}]}}");
        Map<String, String> listed =
                Map.of(
                        ".opencode/opencode.json",
                        "{\"plugin\":[\"../planted.js\"]}",
                        ".opencode/opencode.jsonc",
                        "{\"plugin\":[\"file://WORKSPACE/planted.js\"]}",
                        "opencode.jsonc",
                        "{\"plugin\":[\"file://WORKSPACE/planted.js\"]}",
                        "planted.js",
                        "import fs from 'fs'; fs.writeFileSync('TRAP/opencode-listed','');"
                                + " export const X = async () => ({});");
        write(workspace, trap, files);
        write(workspace, trap, listed);
    }

    private static void write(Path workspace, Path trap, Map<String, String> files)
            throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = workspace.resolve(file.getKey());
            Files.createDirectories(path.resolve("..").normalize());
            Files.writeString(
                    path,
                    file.getValue()
                            .replace("TRAP", trap.toString())
                            .replace("WORKSPACE", workspace.toString()));
        }
    }

    /** Takes out what the engine does not start this agent beside. */
    static void withoutRefused(Path workspace, List<Launch.RepositoryCode> refused)
            throws IOException {
        for (Launch.RepositoryCode code : refused) {
            Path path = workspace.resolve(code.path());
            if (!Files.exists(path)) {
                continue;
            }
            if (code.word().isPresent()) {
                String text = Files.readString(path);
                Files.writeString(path, text.replace(code.word().get(), "nothing"));
                continue;
            }
            try (Stream<Path> all = Files.walk(path)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Nothing of the repository ran. */
    static void assertHarmless(Path outside) throws IOException {
        try (Stream<Path> sprung = Files.list(outside.resolve("trap"))) {
            assertThat(sprung).as("commands of the repository that ran").isEmpty();
        }
    }
}
