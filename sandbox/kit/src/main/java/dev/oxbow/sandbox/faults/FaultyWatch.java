package dev.oxbow.sandbox.faults;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.FileChange;
import dev.oxbow.sandbox.FileWatch;
import java.util.Optional;

/** What changes in files, over a bad connection. */
final class FaultyWatch implements FileWatch {
    private final Injection injection;
    private final FileWatch real;
    private final Cuts cuts;

    FaultyWatch(Injection injection, FileWatch real, Cuts cuts) {
        this.injection = injection;
        this.real = real;
        this.cuts = cuts;
    }

    @Override
    public Optional<FileChange> next(Deadline deadline) throws InterruptedException {
        if (cuts.silent()) {
            injection.silence(deadline);
            return Optional.empty();
        }
        var _ = cuts.allowed(1);
        Optional<FileChange> change = real.next(deadline);
        change.ifPresent(_ -> cuts.deliver(new byte[1], 0, 1));
        return change;
    }

    @Override
    public void close() {
        real.close();
    }
}
