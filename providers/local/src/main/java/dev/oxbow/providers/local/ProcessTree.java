package dev.oxbow.providers.local;

import dev.oxbow.posix.Posix;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything that one command of a sandbox has started, wherever it hangs: known by a control
 * group, or else by a mark that children inherit.
 *
 * @param group the control group of the command alone
 * @param mark limit in KiB that is set on it and has no effect
 * @param walled whether it runs in a process namespace of its sandbox
 */
record ProcessTree(Optional<Path> group, long mark, boolean walled) {

    /** Processes of the tree that are inside; whoever waits outside for them is left out. */
    List<Long> inside() {
        List<Long> all =
                group.isPresent()
                        ? ControlGroups.members(group.get())
                        : ProcessTable.marked(mark * 1024);
        return walled ? all.stream().filter(ProcessTable::inside).toList() : all;
    }

    void signal(int number) {
        if (number == 9 && group.isPresent()) {
            ControlGroups.killAll(group.get());
        } else {
            inside().forEach(pid -> Posix.kill(pid, number));
        }
    }

    /** Removes the group once it is empty. */
    void remove() {
        group.ifPresent(ControlGroups::removeTree);
    }
}
