package dev.oxbow.sandbox;

/** How many columns a character takes. */
final class ScreenWidth {
    /** First and last of the blocks whose characters are two columns wide. */
    private static final int[][] WIDE = {
        {0x1100, 0x115f}, {0x2329, 0x232a}, {0x2e80, 0x303e}, {0x3041, 0x33ff},
        {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf}, {0xa960, 0xa97f},
        {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff00, 0xff60},
        {0xffe0, 0xffe6}, {0x1f300, 0x1f320}, {0x20000, 0x3fffd}
    };

    private ScreenWidth() {}

    static int of(int character) {
        if (character < 0x300) {
            return 1;
        }
        switch (Character.getType(character)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> {
                return 0;
            }
            default -> {
                // Takes room.
            }
        }
        if (Character.isEmojiPresentation(character)) {
            return 2;
        }
        for (int[] block : WIDE) {
            if (character >= block[0] && character <= block[1]) {
                return 2;
            }
        }
        return 1;
    }
}
