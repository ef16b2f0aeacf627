package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.MemoryFile;
import java.time.Duration;
import java.util.Optional;

/**
 * The pair of processes that keeps the namespaces of a sandbox alive.
 *
 * <p>They stand outside of the groups that limit: neither can be made to do anything from inside,
 * and to move them there would take longer than all else.
 *
 * @param holder process 1 of the sandbox
 * @param monitor its parent outside
 * @param nesting whether only the filter keeps further user namespaces from being made inside
 */
record Holder(ProcessRef holder, ProcessRef monitor, boolean nesting) {
    private static final Duration LOOK = Duration.ofMillis(50);

    /**
     * Starts it and waits until the walls stand.
     *
     * @param groups of the sandbox; the pair is born in the one that tracks
     */
    static Holder start(
            Launcher launcher,
            SandboxId id,
            BuildRequest request,
            SandboxGroups groups,
            Deadline deadline)
            throws InterruptedException {
        try (MemoryFile file = MemoryFile.of(request.bytes());
                Notices.Ear ear = launcher.notices().listen(Notices.Topic.BUILT, id.value())) {
            Process by = launcher.build(id, file.path(), groups);
            while (true) {
                Optional<String> heard = ear.await(deadline, LOOK.toNanos());
                if (heard.isPresent()) {
                    return parse(heard.get());
                }
                if (!by.isAlive()) {
                    throw failure("the launcher ended");
                }
                if (deadline.expired()) {
                    throw OxException.of(
                            ErrorCode.PROVIDER_TIMEOUT, "the walls did not stand in time");
                }
            }
        }
    }

    /** Reads the monitor, the holder (0 if there is none), and what the builder said. */
    private static Holder parse(String notice) {
        String[] words = notice.split(" ", 3);
        long holder = Long.parseLong(words[1]);
        String said = words.length > 2 ? words[2].strip() : "";
        if (holder == 0) {
            throw failure(said.isEmpty() ? "it ended" : said);
        }
        return new Holder(find(holder), find(Long.parseLong(words[0])), said.startsWith("nesting"));
    }

    private static ProcessRef find(long pid) {
        return ProcessTable.find(pid).orElseThrow(() -> failure("it ended"));
    }

    private static OxException failure(String how) {
        return OxException.of(
                        ErrorCode.ISOLATION_UNAVAILABLE, "the walls could not be built: %s", how)
                .suggest("See 'ox doctor' for the missing part.");
    }
}
