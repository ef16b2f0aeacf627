package dev.oxbow.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * Native memory for the arguments of one call at a time: not for concurrent use. It is freed when
 * it is no longer reachable, so it may move between threads.
 */
final class Scratch {
    /** Longest path that the kernel takes, without the final NUL. */
    static final int MAX_PATH = 4095;

    /** Bytes of the buffer for content and directory listings. */
    static final int BUFFER = 64 << 10;

    private static final int PATH_AREA = MAX_PATH + 1;
    private static final int FIXED = 512;

    private final MemorySegment all =
            Arena.ofAuto().allocate(32 + FIXED + 2 * PATH_AREA + BUFFER, 16);
    private final MemorySegment state = all.asSlice(0, Kernel.stateSize());

    /** For structures: {@code open_how}, {@code statx}, times, window sizes. */
    final MemorySegment fixed = all.asSlice(32, FIXED);

    private final MemorySegment firstPath = all.asSlice(32 + FIXED, PATH_AREA);
    private final MemorySegment secondPath = all.asSlice(32 + FIXED + PATH_AREA, PATH_AREA);

    /** For content and directory listings. */
    final MemorySegment buffer = all.asSlice(32 + FIXED + 2 * PATH_AREA, BUFFER);

    /** Writes a path as a C string and gives its address; 0 if it is too long for the kernel. */
    long path(byte[] bytes) {
        return place(firstPath, bytes);
    }

    /** The address of what {@link #path(byte[])} wrote last. */
    long path() {
        return firstPath.address();
    }

    /** As {@link #path}, for calls that take two. */
    long otherPath(byte[] bytes) {
        return place(secondPath, bytes);
    }

    private static long place(MemorySegment area, byte[] bytes) {
        if (bytes.length > MAX_PATH) {
            return 0;
        }
        MemorySegment.copy(bytes, 0, area, ValueLayout.JAVA_BYTE, 0, bytes.length);
        area.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return area.address();
    }

    long call(Call call, long a, long b, long c, long d, long e) {
        try {
            return Kernel.call(state, call, a, b, c, d, e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    long call(Call call, long a, long b, long c, long d) {
        return call(call, a, b, c, d, 0);
    }

    long call(Call call, long a, long b, long c) {
        return call(call, a, b, c, 0, 0);
    }

    long call(Call call, long a) {
        return call(call, a, 0, 0, 0, 0);
    }
}
