package dev.oxbow.sandbox;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Puts the bytes of a terminal, its sizes and the live mark into their order, for providers that
 * keep bytes and sizes apart. A size must be in the list before any byte shown in it is handed
 * over. Not safe for concurrent use.
 */
public final class TerminalFrames {
    private final Supplier<List<TerminalFrame.Size>> sizes;
    private final Deque<TerminalFrame> ready = new ArrayDeque<>();
    private final long live;
    private long position;
    private int sizesTold;
    private boolean liveTold;

    /**
     * Frames from a byte on.
     *
     * @param sizes all sizes until now, oldest first, at least one; asked again and again
     * @param from offset of the first byte
     * @param live offset behind the last byte that is there already
     */
    public TerminalFrames(Supplier<List<TerminalFrame.Size>> sizes, long from, long live) {
        this.sizes = sizes;
        this.position = from;
        this.live = Math.max(from, live);
        // The one that holds at the first byte, not those before it.
        List<TerminalFrame.Size> all = sizes.get();
        while (sizesTold < all.size() - 1 && all.get(sizesTold + 1).offset() <= from) {
            sizesTold++;
        }
    }

    /** The next frame, if there is one now. */
    public Optional<TerminalFrame> poll() {
        if (ready.isEmpty()) {
            tell();
        }
        return Optional.ofNullable(ready.poll());
    }

    /** Adds the bytes that follow. */
    public void data(byte[] bytes) {
        int done = 0;
        while (done < bytes.length) {
            tell();
            long to = position + bytes.length - done;
            List<TerminalFrame.Size> all = sizes.get();
            if (sizesTold < all.size()) {
                to = Math.min(to, all.get(sizesTold).offset());
            }
            if (!liveTold) {
                to = Math.min(to, live);
            }
            int n = (int) (to - position);
            ready.add(new TerminalFrame.Data(position, Arrays.copyOfRange(bytes, done, done + n)));
            done += n;
            position = to;
        }
    }

    /** Adds that bytes were lost. */
    public void gap(long to, String reason) {
        tell();
        ready.add(new TerminalFrame.Gap(position, to, reason));
        position = to;
    }

    /** Adds the end. */
    public void exit(ProcessExit exit) {
        tell();
        ready.add(new TerminalFrame.Exit(exit));
    }

    private void tell() {
        List<TerminalFrame.Size> all = sizes.get();
        while (sizesTold < all.size() && all.get(sizesTold).offset() <= position) {
            ready.add(all.get(sizesTold++));
        }
        if (!liveTold && position >= live) {
            liveTold = true;
            ready.add(new TerminalFrame.Live(position));
        }
    }

    /** Drops what was not delivered. */
    public void clear() {
        ready.clear();
    }
}
