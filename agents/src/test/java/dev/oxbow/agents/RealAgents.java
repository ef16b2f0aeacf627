package dev.oxbow.agents;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.OxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The real agents, installed once for all tests; without npm or network they are skipped. */
final class RealAgents {
    /** Kept between builds: installing all four takes half a minute and a gigabyte. */
    static final Path DATA = data();

    private RealAgents() {}

    private static Path data() {
        String shared = System.getenv("OX_TEST_DATA");
        return shared == null ? Path.of("target", "oxbow-data").toAbsolutePath() : Path.of(shared);
    }

    static synchronized InstalledAgent installed(AgentName name) throws InterruptedException {
        try {
            return new AgentStore(DATA)
                    .install(
                            name,
                            line -> System.err.println("[agents] " + line),
                            Deadline.in(Duration.ofMinutes(5)));
        } catch (OxException e) {
            if (System.getenv("CI") != null) {
                throw e;
            }
            System.err.println("[agents] SKIPPED: " + e.getMessage() + " — " + e.suggestion());
            return abort(e.getMessage());
        }
    }

    /** What starts it on this machine, outside any sandbox. */
    static List<String> entryHere(InstalledAgent agent) {
        return agent.entry().stream()
                .map(part -> part.replace(agent.insideRoot(), agent.hostRoot().toString()))
                .toList();
    }
}
