package dev.oxbow.sandbox;

import java.util.Arrays;
import java.util.Optional;

/** One step in what a terminal shows. */
public sealed interface TerminalFrame {

    /**
     * The size from here on.
     *
     * @param offset first byte that is shown in that size
     * @param size columns and rows
     * @param owner who decides it; empty if nobody has taken it yet
     */
    record Size(long offset, TerminalSize size, Optional<Viewer> owner) implements TerminalFrame {}

    /**
     * Bytes that put a terminal into the state this one has at a byte. They are made up from what
     * was shown before and are no part of the stream.
     *
     * @param offset the byte that follows
     * @param bytes what to write to a terminal of the size said before, not to be modified
     */
    record Screen(long offset, byte[] bytes) implements TerminalFrame {
        @Override
        public boolean equals(Object other) {
            return other instanceof Screen s && s.offset == offset && Arrays.equals(s.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(offset) + Arrays.hashCode(bytes);
        }
    }

    /**
     * Bytes, as they were shown; never empty.
     *
     * @param offset position of the first byte
     * @param bytes the bytes, not to be modified
     */
    record Data(long offset, byte[] bytes) implements TerminalFrame {
        @Override
        public boolean equals(Object other) {
            return other instanceof Data d && d.offset == offset && Arrays.equals(d.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(offset) + Arrays.hashCode(bytes);
        }
    }

    /**
     * Bytes that are no longer kept and will not be delivered.
     *
     * @param from first lost position
     * @param to position after the last lost byte
     * @param reason why, in one word, such as {@code retention}
     */
    record Gap(long from, long to, String reason) implements TerminalFrame {}

    /**
     * Everything up to here was there when the reading began; what follows is new.
     *
     * @param offset position of the next byte
     */
    record Live(long offset) implements TerminalFrame {}

    /**
     * The end of the command and of what it shows.
     *
     * @param exit how it ended
     */
    record Exit(ProcessExit exit) implements TerminalFrame {}
}
