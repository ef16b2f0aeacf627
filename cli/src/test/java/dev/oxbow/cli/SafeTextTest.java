package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {
    private static final String ESC = "\u001b";

    @ParameterizedTest
    @ValueSource(
            strings = {
                ESC + "[31m", // colour
                ESC + "[2J", // clears the screen
                ESC + "]0;title\u0007", // names the window
                ESC + "]52;c;ZXZpbA==" + ESC + "\\", // writes the clipboard
                ESC + "]8;;https://example.org" + ESC + "\\", // link
                ESC + "P$q" + ESC + "\\", // device control
                ESC + "_payload" + ESC + "\\", // application command
                ESC + "c", // reset
                ESC + "(0", // character set
                ESC + "[6n", // asks the terminal for an answer
                "\u009b", // one-byte control sequence introducer
                "\u0007",
                "\b",
                "\r",
                "\u0000",
                "\u202e", // writes the rest from right to left
                "\u2066",
                "\u2028"
            })
    void whatATerminalWouldObeyIsTakenOut(String sequence) {
        assertThat(SafeText.clean("a" + sequence + "b")).isEqualTo("ab");
    }

    @Test
    void e150_theClipboardIsNotWritten() {
        String sequence = ESC + "]52;c;ZXZpbA==" + ESC + "\\";
        assertThat(sequence).as("a terminal would obey this").startsWith(ESC + "]52;");
        assertThat(SafeText.clean("see " + sequence + "here")).isEqualTo("see here");
    }

    @Test
    void e151_theTerminalIsNotMadeToType() {
        for (String sequence : new String[] {ESC + "[6n", ESC + "[c", ESC + "P$qm" + ESC + "\\"}) {
            assertThat(sequence).as("a terminal would answer this").startsWith(ESC);
            assertThat(SafeText.clean(sequence)).isEmpty();
        }
    }

    @Test
    void e152_textReadsAsItIs() {
        String disguised = "rm \u202efile.txt\u202c";
        assertThat(disguised).as("a terminal would turn this round").contains("\u202e");
        assertThat(SafeText.clean(disguised)).isEqualTo("rm file.txt");
    }

    @Test
    void whatIsVisibleStays() {
        String text = "line one\n\tline two – ünïcode 日本語 🐂";

        assertThat(SafeText.clean(text)).isSameAs(text);
    }

    @Test
    void sequencesCutAtTheEndLeaveNoEscapeBehind() {
        for (String cut :
                new String[] {ESC, ESC + "[", ESC + "[3", ESC + "]0;ti", ESC + ESC + "["}) {
            assertThat(SafeText.clean("x" + cut)).doesNotContain(ESC);
        }
    }

    @Test
    void joiningWhatIsLeftMakesNoNewSequence() {
        assertThat(SafeText.clean(ESC + ESC + "[31m[2J")).doesNotContain(ESC);
    }

    @Test
    void coloursMayStayButNothingElse() {
        assertThat(SafeText.cleanButColoured(ESC + "[1;31mred" + ESC + "[0m" + ESC + "[2Jx"))
                .isEqualTo(ESC + "[1;31mred" + ESC + "[0mx");
    }

    @ParameterizedTest
    @CsvSource({"abc,5,abc", "abcdef,5,abcd…", "'a\n  b',9,a b"})
    void aLineIsOneLineAndNotLonger(String text, int width, String expected) {
        assertThat(SafeText.line(text, width)).isEqualTo(expected);
    }
}
