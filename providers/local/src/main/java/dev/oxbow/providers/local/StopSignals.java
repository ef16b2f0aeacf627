package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Freezes by signals, where we may make no control group.
 *
 * <p>Processes fork while they are looked for, so they are looked for until a whole look finds all
 * of them stopped already: what is stopped does not fork, so there was nobody during that look who
 * could have made one that it missed. The list of those stopped is kept, because some may have been
 * stopped before, by their own shell, and must stay so.
 *
 * <p>They go on children first. A shell that watches its jobs then finds them running when it can
 * look again, and does not take them for stopped ones.
 *
 * @param members all that are to stand still, as they are at that moment
 * @param list where those are written that were stopped
 */
record StopSignals(Supplier<List<ProcessRef>> members, Path list) implements Freezer {
    private static final int SIGSTOP = 19;
    private static final int SIGCONT = 18;

    @Override
    public void freeze(Deadline deadline) throws InterruptedException {
        Set<ProcessRef> ours = new HashSet<>();
        Waiting waiting = new Waiting();
        boolean first = true;
        while (true) {
            List<ProcessRef> running = new ArrayList<>();
            for (ProcessRef each : members.get()) {
                if (!ProcessTable.stopped(each.pid())) {
                    running.add(each);
                }
            }
            if (running.isEmpty() && !first) {
                return;
            }
            first = false;
            ours.addAll(running);
            write(ours);
            running.forEach(each -> Posix.kill(each.pid(), SIGSTOP));
            if (deadline.expired()) {
                throw OxException.of(
                        ErrorCode.PROVIDER_TIMEOUT,
                        "%d processes would not stand still in time",
                        running.size());
            }
            if (!running.isEmpty()) {
                waiting.nap(deadline);
            }
        }
    }

    @Override
    public void thaw() {
        Optional<Set<ProcessRef>> ours = read();
        List<Long> parentsFirst =
                ProcessTable.parentsFirst(members.get().stream().map(ProcessRef::pid).toList());
        for (long pid : parentsFirst.reversed()) {
            boolean mine =
                    ours.isEmpty()
                            || ProcessTable.find(pid).filter(ours.get()::contains).isPresent();
            if (mine) {
                Posix.kill(pid, SIGCONT);
            }
        }
        try {
            Files.deleteIfExists(list);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private void write(Set<ProcessRef> processes) {
        StringBuilder text = new StringBuilder();
        processes.forEach(
                p -> text.append(p.pid()).append(' ').append(p.startTicks()).append('\n'));
        try {
            Files.writeString(list, text);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private OxException unwritable(IOException e) {
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE, "%s cannot be written: %s", list, Why.of(e))
                .causedBy(e);
    }

    /** Those that were stopped by us; empty if that is not known, and then all are. */
    private Optional<Set<ProcessRef>> read() {
        try {
            Set<ProcessRef> found = new HashSet<>();
            for (String line : Files.readAllLines(list)) {
                String[] words = line.split(" ", -1);
                found.add(new ProcessRef(Long.parseLong(words[0]), Long.parseLong(words[1])));
            }
            return Optional.of(found);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException cut) {
            return Optional.empty();
        }
    }
}
