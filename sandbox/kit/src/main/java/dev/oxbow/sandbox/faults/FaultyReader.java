package dev.oxbow.sandbox.faults;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import java.util.Arrays;
import java.util.Optional;

/** The output of a process over a bad connection. */
final class FaultyReader implements OutputReader {
    private final Injection injection;
    private final OutputReader real;
    private final Cuts cuts;

    FaultyReader(Injection injection, OutputReader real, Cuts cuts) {
        this.injection = injection;
        this.real = real;
        this.cuts = cuts;
    }

    @Override
    public Optional<OutputFrame> next(Deadline deadline) throws InterruptedException {
        if (cuts.silent()) {
            injection.silence(deadline);
            return Optional.empty();
        }
        var _ = cuts.allowed(1);
        Optional<OutputFrame> frame = real.next(deadline);
        return frame.map(this::through);
    }

    private OutputFrame through(OutputFrame frame) {
        if (!(frame instanceof OutputFrame.Data data)) {
            return frame;
        }
        byte[] bytes = Arrays.copyOf(data.bytes(), cuts.allowed(data.bytes().length));
        cuts.deliver(bytes, 0, bytes.length);
        return new OutputFrame.Data(data.channel(), data.offset(), bytes);
    }

    @Override
    public void close() {
        real.close();
    }
}
