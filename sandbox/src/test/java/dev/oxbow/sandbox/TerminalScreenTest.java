package dev.oxbow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TerminalScreenTest {
    private static final TerminalSize SMALL = new TerminalSize(10, 4);

    private static TerminalScreen shown(String text) {
        return shown(SMALL, text);
    }

    private static TerminalScreen shown(TerminalSize size, String text) {
        TerminalScreen screen = new TerminalScreen(size, 100);
        screen.feed(text.getBytes(StandardCharsets.UTF_8));
        return screen;
    }

    private static void assertLines(TerminalScreen screen, String... lines) {
        assertThat(screen.lines()).isEqualTo(List.of(lines));
    }

    private static String repaint(TerminalScreen screen) {
        return new String(screen.repaint(), StandardCharsets.UTF_8);
    }

    @Test
    void textWrapsAndScrolls() {
        assertLines(shown("0123456789ab\r\n1\r\n2\r\n3"), "ab", "1", "2", "3");
    }

    @Test
    void theLastColumnWrapsOnlyWithTheNextCharacter() {
        assertLines(shown("0123456789\r\nx"), "0123456789", "x", "", "");
        assertLines(shown("0123456789\rx"), "x123456789", "", "", "");
    }

    @Test
    void theCursorMovesAndErases() {
        assertLines(
                shown("abc\033[2;3Hxy\033[1;2H\033[K".replace("\033", "\u001b")),
                "a",
                "  xy",
                "",
                "");
        assertLines(shown("abcd\u001b[2D\u001b[P\u001b[@-"), "ab-d", "", "", "");
        assertLines(shown("a\r\nb\r\nc\u001b[1;1H\u001b[L-"), "-", "a", "b", "c");
        assertLines(shown("a\r\nb\r\nc\u001b[1;1H\u001b[M"), "b", "c", "", "");
        assertLines(shown("abc\u001b[2J"), "", "", "", "");
    }

    @Test
    void aPartOfTheScreenScrollsAlone() {
        assertLines(
                shown("top\u001b[2;3r\u001b[2;1Ha\r\nb\r\nc\u001b[4;1Hend"),
                "top",
                "b",
                "c",
                "end");
        assertLines(shown("a\r\nb\u001b[1;1H\u001bMnew"), "new", "a", "b", "");
    }

    @Test
    void theAlternateScreenLeavesTheOtherAsItWas() {
        TerminalScreen screen = shown("shell\r\n$ \u001b[?1049h\u001b[Hvim");
        assertLines(screen, "vim", "", "", "");
        screen.feed("\u001b[?1049lx".getBytes(StandardCharsets.UTF_8));
        assertLines(screen, "shell", "$ x", "", "");
    }

    @Test
    void wideAndCombiningCharactersTakeTheirRoom() {
        assertLines(shown("漢字\u001b[1;3Hx"), "漢x", "", "", "");
        assertLines(shown("e\u0301a"), "e\u0301a", "", "", "");
        assertLines(shown("012345678漢"), "012345678", "漢", "", "");
        assertLines(shown("漢\u001b[1;2Hx"), " x", "", "", "");
    }

    @Test
    void linesAreDrawnByTheirOwnSet() {
        assertLines(shown("\u001b(0lqk\u001b(Bq"), "┌─┐q", "", "", "");
    }

    @Test
    void whatIsNoTextIsNotShown() {
        assertLines(
                shown("a\u001b]0;title\u0007b\u001bP1$rx\u001b\\c\u001b[?2004hd\u001b[>4;2m\u0007"),
                "abcd",
                "",
                "",
                "");
    }

    @Test
    void brokenTextIsShownAsSuchAndHurtsNothingElse() {
        TerminalScreen screen = new TerminalScreen(SMALL, 0);
        screen.feed(new byte[] {'a', (byte) 0xff, (byte) 0xe2, 'b', (byte) 0xc0, (byte) 0x80});
        assertLines(screen, "a\ufffd\ufffdb\ufffd\ufffd", "", "", "");
    }

    @Test
    void bytesCutAnywhereShowTheSame() {
        byte[] all =
                "ä☃\u001b[31;1mred\u001b[0m\u001b]2;t\u0007\u001b[2;5H漢\u001b[?25l"
                        .getBytes(StandardCharsets.UTF_8);
        String whole = repaint(shown(new String(all, StandardCharsets.UTF_8)));
        for (int cut = 0; cut <= all.length; cut++) {
            TerminalScreen screen = new TerminalScreen(SMALL, 100);
            screen.feed(Arrays.copyOfRange(all, 0, cut));
            screen.feed(Arrays.copyOfRange(all, cut, all.length));
            assertThat(repaint(screen)).isEqualTo(whole);
        }
    }

    @Test
    void aRepaintSaysModesColoursTitleAndCursor() {
        String painted =
                repaint(
                        shown(
                                "\u001b[?1h\u001b[?2004h\u001b[?1000;1006h\u001b=\u001b[?25l\u001b]2;my"
                                    + " title\u0007\u001b[3 q\u001b[38;5;120mx\u001b[2;3r"
                                    + "\u001b[4;7H"));
        assertThat(painted)
                .contains("\u001b[?1h", "\u001b[?2004h", "\u001b[?1000h", "\u001b[?1006h")
                .contains("\u001b[?25l", "\u001b=", "\u001b]2;my title\u0007", "\u001b[3 q")
                .contains("\u001b[0;38;5;120mx", "\u001b[2;3r", "\u001b[4;7H");
    }

    @Test
    void aRepaintBringsWhatScrolledOff() {
        TerminalScreen other = new TerminalScreen(SMALL, 100);
        other.feed(shown("1\r\n2\r\n3\r\n4\r\n5\r\n6").repaint());
        assertLines(other, "3", "4", "5", "6");
        assertThat(repaint(other)).contains("1\r\n2\r\n3");
    }

    /**
     * Whatever came before: the repaint, shown elsewhere, has the same repaint and goes on alike.
     */
    @Test
    void aRepaintBringsAnotherTerminalIntoTheSameState() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            TerminalSize size = new TerminalSize(1 + random.nextInt(12), 1 + random.nextInt(6));
            TerminalScreen screen = shown(size, anything(random, 60));
            TerminalScreen other = shown(size, anything(random, 10) + "\u001bc\u001b[3J");
            other.feed(screen.repaint());
            assertThat(other.lines()).isEqualTo(screen.lines());
            assertThat(repaint(other)).as("round %s", round).isEqualTo(repaint(screen));
        }
    }

    @Test
    void noSequenceAndNoSizeBreaksIt() {
        Random random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            TerminalScreen screen =
                    shown(
                            new TerminalSize(1 + random.nextInt(12), 1 + random.nextInt(6)),
                            anything(random, 40));
            screen.resize(new TerminalSize(1 + random.nextInt(12), 1 + random.nextInt(6)));
            byte[] noise = new byte[200];
            random.nextBytes(noise);
            screen.feed(noise);
            screen.feed(anything(random, 40).getBytes(StandardCharsets.UTF_8));
            assertThat(screen.lines()).hasSize(screen.size().rows());
        }
    }

    private static String anything(Random random, int pieces) {
        String finals = "ABCDEFGHJKLMPSTXZ@`adefghlmrsub";
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            switch (random.nextInt(9)) {
                case 0 ->
                        text.append("\u001b[")
                                .append(random.nextInt(14))
                                .append(';')
                                .append(random.nextInt(9))
                                .append(finals.charAt(random.nextInt(finals.length())));
                case 1 -> text.append("\r\n");
                case 2 -> text.append("漢");
                case 3 ->
                        text.append("\u001b[")
                                .append(
                                        List.of("31", "1;4", "0", "48;5;9", "7")
                                                .get(random.nextInt(5)))
                                .append('m');
                case 4 ->
                        text.append("\u001b[?")
                                .append(
                                        List.of("1049", "6", "7", "25", "1", "1048")
                                                .get(random.nextInt(6)))
                                .append(random.nextBoolean() ? 'h' : 'l');
                case 5 -> text.append('\u001b').append("78DEMH=>".charAt(random.nextInt(8)));
                case 6 -> text.append("e\u0301\t\b");
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }
}
