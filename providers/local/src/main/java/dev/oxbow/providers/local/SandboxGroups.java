package dev.oxbow.providers.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The control groups of one sandbox, as paths of the host.
 *
 * @param join groups that every process of the sandbox enters, for its limits
 * @param track group with one child per process, by which whole trees are signalled; empty if the
 *     machine has none that we may use
 * @param oomEvents file with an {@code oom_kill} counter; empty if memory is not limited by a group
 */
record SandboxGroups(List<String> join, Optional<String> track, Optional<String> oomEvents) {
    /** No control groups. */
    static final SandboxGroups NONE =
            new SandboxGroups(List.of(), Optional.empty(), Optional.empty());

    SandboxGroups {
        join = List.copyOf(join);
    }

    Optional<Path> trackOf(dev.oxbow.base.ProcessId process) {
        return track.map(t -> Path.of(t, process.value()));
    }
}
