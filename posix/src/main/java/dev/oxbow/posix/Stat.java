package dev.oxbow.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads {@code struct statx}, which is laid out the same on every processor. */
final class Stat {
    private static final long BASIC = 0x7ff;
    private static final long AT_NO_AUTOMOUNT = 0x800;

    private Stat() {}

    /** Fills the scratch's fixed area; 0 or the negated errno. */
    static long at(Scratch scratch, long dir, long nameAddress, long flags) {
        return scratch.call(
                Call.STATX,
                dir,
                nameAddress,
                flags | AT_NO_AUTOMOUNT,
                BASIC,
                scratch.fixed.address());
    }

    /** As {@link #at}, of the descriptor itself. */
    static long of(Scratch scratch, long fd) {
        return at(scratch, fd, scratch.path(new byte[0]), Kernel.AT_EMPTY_PATH);
    }

    static Entry.Kind kind(Scratch scratch) {
        return switch (bits(scratch) & 0170000) {
            case 0100000 -> Entry.Kind.FILE;
            case 0040000 -> Entry.Kind.DIRECTORY;
            case 0120000 -> Entry.Kind.SYMLINK;
            default -> Entry.Kind.OTHER;
        };
    }

    static int uid(Scratch scratch) {
        return scratch.fixed.get(ValueLayout.JAVA_INT, 20);
    }

    static Entry entry(Scratch scratch, TreePath path) {
        MemorySegment s = scratch.fixed;
        Entry.Kind kind = kind(scratch);
        boolean sized = kind == Entry.Kind.FILE || kind == Entry.Kind.SYMLINK;
        return new Entry(
                path,
                kind,
                sized ? s.get(ValueLayout.JAVA_LONG, 40) : 0,
                bits(scratch) & 07777,
                nanos(s, 112),
                nanos(s, 96),
                s.get(ValueLayout.JAVA_LONG, 32));
    }

    private static int bits(Scratch scratch) {
        return Short.toUnsignedInt(scratch.fixed.get(ValueLayout.JAVA_SHORT, 28));
    }

    private static long nanos(MemorySegment s, long offset) {
        // Times beyond the year 2262 do not fit and are clamped rather than wrapped.
        long seconds = s.get(ValueLayout.JAVA_LONG, offset);
        long limit = Long.MAX_VALUE / 1_000_000_000L - 1;
        return Math.clamp(seconds, -limit, limit) * 1_000_000_000L
                + s.get(ValueLayout.JAVA_INT, offset + 8);
    }
}
