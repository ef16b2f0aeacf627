package dev.oxbow.app;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.oxbow.agents.AgentName;
import dev.oxbow.agents.AgentStore;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.OxException;
import dev.oxbow.testing.Protocol;
import java.nio.file.Path;
import java.time.Duration;

/** The real agents, installed once for all tests; without npm or network they are skipped. */
final class RealAgents {
    /** Kept between builds: installing all four takes half a minute and a gigabyte. */
    static final Path DATA = data();

    private RealAgents() {}

    private static Path data() {
        String shared = System.getenv("OX_TEST_DATA");
        return shared == null ? Path.of("target", "oxbow-data").toAbsolutePath() : Path.of(shared);
    }

    static synchronized void need(AgentName name) throws InterruptedException {
        if (!name.installable()) {
            return;
        }
        try {
            var _ =
                    new AgentStore(DATA)
                            .install(
                                    name,
                                    line -> System.err.println("[agents] " + line),
                                    Deadline.in(Duration.ofMinutes(5)));
        } catch (OxException e) {
            if (System.getenv("CI") != null) {
                throw e;
            }
            System.err.println("[agents] SKIPPED: " + e.getMessage() + " — " + e.suggestion());
            abort(e.getMessage());
        }
    }

    static Protocol protocol(AgentName name) {
        return switch (name) {
            case CODEX, COMMAND -> Protocol.OPENAI_RESPONSES;
            case OPENCODE -> Protocol.OPENAI_CHAT;
            case CLAUDE_CODE -> Protocol.ANTHROPIC_MESSAGES;
            case GEMINI -> Protocol.GEMINI;
        };
    }

    static String model(AgentName name) {
        return switch (name) {
            case CODEX, COMMAND, OPENCODE -> "test-model";
            case CLAUDE_CODE -> "claude-test-1";
            case GEMINI -> "gemini-test-1";
        };
    }
}
