package dev.oxbow.cli;

/**
 * Finds the keys by which a user leaves a terminal: Ctrl-] three times, with nothing between. The
 * first two reach the terminal like every other key, so that none is ever held back.
 */
final class DetachKey {
    private static final byte KEY = 0x1d;
    private static final int TIMES = 3;

    private int seen;

    /**
     * Looks at what was typed.
     *
     * @return how many of these bytes are for the terminal; fewer than all if the user leaves
     */
    int find(byte[] typed, int length) {
        for (int i = 0; i < length; i++) {
            seen = typed[i] == KEY ? seen + 1 : 0;
            if (seen == TIMES) {
                return i;
            }
        }
        return length;
    }
}
