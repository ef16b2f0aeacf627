package dev.oxbow.sandbox;

import java.util.Arrays;

/** One step in the output of a process. */
public sealed interface OutputFrame {

    /**
     * Bytes, as the process wrote them; never empty.
     *
     * @param channel which stream
     * @param offset position of the first byte in that stream
     * @param bytes the bytes, not to be modified
     */
    record Data(SandboxProcess.Channel channel, long offset, byte[] bytes) implements OutputFrame {
        @Override
        public boolean equals(Object other) {
            return other instanceof Data d
                    && d.channel == channel
                    && d.offset == offset
                    && Arrays.equals(d.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(offset) + Arrays.hashCode(bytes);
        }
    }

    /**
     * Bytes that are no longer kept and will not be delivered.
     *
     * @param channel which stream
     * @param from first lost position
     * @param to position after the last lost byte
     * @param reason why, in one word, such as {@code retention}
     */
    record Gap(SandboxProcess.Channel channel, long from, long to, String reason)
            implements OutputFrame {}

    /**
     * The end of the process and of both streams.
     *
     * @param exit how it ended
     */
    record Exit(ProcessExit exit) implements OutputFrame {}
}
