package dev.oxbow.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Reads directories by {@code getdents64}. */
final class Listing {
    private Listing() {}

    /** Takes each name, which lies in the scratch's buffer with a NUL behind it. */
    interface Names {
        void name(long offset, int length);
    }

    /**
     * Gives every name but {@code .} and {@code ..} of an open directory, from its current position
     * on. The consumer must leave the scratch's buffer alone.
     *
     * @return 0, or the negated errno
     */
    static long each(Scratch scratch, long fd, Names consumer) {
        MemorySegment buffer = scratch.buffer;
        while (true) {
            long filled = scratch.call(Call.GETDENTS64, fd, buffer.address(), Scratch.BUFFER);
            if (Errno.EINTR.is(filled)) {
                continue;
            }
            if (filled <= 0) {
                return filled;
            }
            for (long at = 0; at < filled; ) {
                int recordLength =
                        Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 16));
                long name = at + 19;
                int length = 0;
                while (buffer.get(ValueLayout.JAVA_BYTE, name + length) != 0) {
                    length++;
                }
                if (!isDots(buffer, name, length)) {
                    consumer.name(name, length);
                }
                at += recordLength;
            }
        }
    }

    /** All names of an open directory, in the order of the file system. */
    static List<byte[]> names(Scratch scratch, long fd, Object pathForMessage) {
        List<byte[]> names = new ArrayList<>();
        long result =
                each(
                        scratch,
                        fd,
                        (offset, length) ->
                                names.add(
                                        scratch.buffer
                                                .asSlice(offset, length)
                                                .toArray(ValueLayout.JAVA_BYTE)));
        if (result < 0) {
            throw Errno.reading(result, "list", pathForMessage);
        }
        return names;
    }

    private static boolean isDots(MemorySegment buffer, long name, int length) {
        return length <= 2
                && buffer.get(ValueLayout.JAVA_BYTE, name) == '.'
                && (length == 1 || buffer.get(ValueLayout.JAVA_BYTE, name + 1) == '.');
    }
}
