package dev.oxbow.agents;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The agents installed on this machine, below {@code <data>/agents}. */
@SuppressWarnings("DoNotCallSuggester")
public final class AgentStore {
    private final Path root;

    /**
     * A store.
     *
     * @param dataDir Oxbow's data directory; agents go below {@code agents} in it
     */
    public AgentStore(Path dataDir) {
        root = dataDir.resolve("agents");
    }

    /** The directory to be shown in sandboxes as {@code /opt/oxbow/agents}. */
    public Path root() {
        return root;
    }

    /**
     * Installs the pinned version unless it is there already.
     *
     * @param progress told one line for people at each step
     * @throws OxException {@link ErrorCode#AGENT_NOT_INSTALLED} with the last lines of npm
     */
    public InstalledAgent install(AgentName name, Consumer<String> progress, Deadline deadline)
            throws InterruptedException {
        throw new UnsupportedOperationException("not yet");
    }

    /** What is installed, by name. */
    public List<InstalledAgent> installed() {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * The pinned version of an agent.
     *
     * @throws OxException {@link ErrorCode#AGENT_NOT_INSTALLED}
     */
    public InstalledAgent resolve(AgentName name) {
        throw new UnsupportedOperationException("not yet");
    }
}
