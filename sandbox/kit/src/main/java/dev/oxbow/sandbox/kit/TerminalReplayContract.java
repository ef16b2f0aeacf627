package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Viewer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Terminals that are left and joined again, by many viewers. */
public abstract class TerminalReplayContract extends ProviderContract {
    private static final TerminalSize SIZE = new TerminalSize(60, 20);

    @BeforeEach
    final void needsReplay() {
        needs(Capability.PTY_REPLAY);
    }

    private static Terminal open(Sandbox sandbox, String script) {
        return sandbox.openTerminal(sh(script), SIZE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aViewerThatLeavesEndsNothing() throws InterruptedException {
        Terminal terminal = open(sandbox(), "echo one; read -r x; echo two; exit 4");
        try (Viewing gone = Viewing.from(terminal, 0)) {
            gone.until("one\r\n");
        }
        assertThat(terminal.exit()).isEmpty();
        try (Viewing next = Viewing.from(terminal, 0)) {
            next.until("one\r\n");
            next.type("\n");
            assertThat(next.rest()).isEqualTo("\r\ntwo\r\n");
            assertThat(next.end().exitCode()).hasValue(4);
        }
    }

    @Test
    void f15_readingGoesOnAtAnyByteAndAfterTheEnd() throws InterruptedException {
        Terminal terminal = open(sandbox(), "stty -onlcr; printf abcdef");
        assertThat(terminal.awaitExit(soon())).isPresent();
        for (int at = 0; at <= 6; at++) {
            try (Viewing viewing = Viewing.from(terminal, at)) {
                assertThat(viewing.rest()).isEqualTo("abcdef".substring(at));
            }
        }
        OxException ahead = refused(ErrorCode.CURSOR_AHEAD, () -> terminal.read(7).close());
        assertThat(ahead.context()).containsEntry("latest", 6L);
    }

    @Test
    void whatIsNewIsToldFromWhatWasThere() throws InterruptedException {
        Terminal terminal = open(sandbox(), "printf before; read -r x; printf after");
        try (Viewing first = Viewing.from(terminal, 0)) {
            first.until("before");
            try (Viewing second = Viewing.from(terminal, 2).untilLive()) {
                assertThat(second.text()).isEqualTo("fore");
                assertThat(second.frames().getLast()).isEqualTo(new TerminalFrame.Live(6));
                second.type("\n");
                assertThat(second.rest()).endsWith("after");
            }
        }
    }

    @Test
    void tenMegabytesArriveUnchangedAndInOrder() throws InterruptedException {
        Sandbox sandbox = sandbox();
        byte[] content = randomBytes(10_000_000);
        content[5] = 0;
        write(sandbox, "big", content);
        Terminal terminal = open(sandbox, "stty raw; cat big");
        try (Viewing viewing = Viewing.from(terminal, 0)) {
            String _ = viewing.rest();
            assertThat(Arrays.equals(viewing.bytes(), content)).isTrue();
        }
    }

    @Test
    void f16_aViewerThatDoesNotReadBlocksNobody() throws InterruptedException {
        Terminal terminal = open(sandbox(), "stty raw -echo; head -c 6000000 /dev/zero; read -r x");
        try (Viewing slow = Viewing.from(terminal, 0);
                Viewing quick = Viewing.from(terminal, 0)) {
            quick.untilLength(6_000_000);
            quick.type("\n");
            assertThat(terminal.awaitExit(soon())).isPresent();
            String _ = slow.rest();
            assertThat(slow.length()).isEqualTo(6_000_000);
            assertThat(slow.frames()).noneMatch(TerminalFrame.Gap.class::isInstance);
        }
    }

    @Test
    void f16_beyondTheRetentionTheLossIsSaidAndTheRestIsKept() throws InterruptedException {
        int written = 80 << 20;
        Terminal terminal = open(sandbox(), "stty raw; head -c " + written + " /dev/zero");
        assertThat(terminal.awaitExit(soon())).isPresent();
        long earliest = terminal.record().earliest();
        assertThat(written - earliest).isGreaterThanOrEqualTo(8 << 20);
        if (earliest > 0) {
            OxException expired =
                    refused(ErrorCode.CURSOR_EXPIRED, () -> terminal.read(earliest - 1).close());
            assertThat(expired.context())
                    .containsEntry("earliest", earliest)
                    .containsEntry("latest", (long) written);
        }
        try (Viewing viewing = Viewing.from(terminal, earliest)) {
            String _ = viewing.rest();
            assertThat(viewing.length()).isEqualTo((int) (written - earliest));
        }
    }

    @Test
    void severalViewersSeeTheSameAndEachMayType() throws InterruptedException {
        Terminal terminal = open(sandbox(), "stty -echo; echo ready; cat");
        List<Viewing> viewers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            viewers.add(Viewing.from(terminal, 0));
            viewers.getLast().until("ready\r\n");
        }
        for (int i = 0; i < 5; i++) {
            viewers.get(i).type("line " + i + "\n");
            viewers.getFirst().until("line " + i + "\r\n");
        }
        viewers.getFirst().type("\u0004");
        assertThat(
                        together(
                                viewers.stream()
                                        .map(v -> (Callable<String>) () -> v.rest() + v.text())
                                        .toList()))
                .allSatisfy(text -> assertThat(text).contains("line 0\r\nline 1\r\n", "line 4"));
        viewers.forEach(Viewing::close);
    }

    @Test
    void whatWasTypedIsNotTypedTwice() throws InterruptedException {
        Terminal terminal =
                open(sandbox(), "stty -echo; echo ready; while read -r x; do echo \"<$x>\"; done");
        Viewer viewer = Viewer.next();
        try (Viewing viewing = Viewing.from(terminal, 0)) {
            viewing.until("ready\r\n");
            terminal.write(viewer, 0, bytes("one\n"));
            terminal.write(viewer, 0, bytes("one\n"));
            terminal.write(viewer, 0, bytes("one\ntwo\n"));
            terminal.write(viewer, 8, bytes("three\n"));
            assertThat(viewing.until("<three>\r\n")).isEqualTo("<one>\r\n<two>\r\n<three>\r\n");
            assertThat(terminal.written(viewer)).isEqualTo(14);
            refused(ErrorCode.CURSOR_AHEAD, () -> terminal.write(viewer, 15, bytes("x")));
            terminal.write(Viewer.next(), 0, bytes("other\n"));
            assertThat(viewing.until("<other>\r\n")).isEqualTo("<other>\r\n");
        }
        ProcessExit _ = terminal.hangUp();
        refused(ErrorCode.OPERATION_INTERRUPTED, () -> terminal.write(viewer, 14, bytes("late")));
    }

    @Test
    void manyBytesTypedAtOnceArrive() throws InterruptedException {
        byte[] content = randomBytes(300_000);
        Terminal terminal =
                open(sandbox(), "stty raw -echo; echo ready; head -c 300000 | sha256sum");
        try (Viewing viewing = Viewing.from(terminal, 0)) {
            viewing.until("ready\n");
            terminal.write(Viewer.next(), 0, content);
            assertThat(viewing.rest()).startsWith(sha256(content));
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneViewerOwnsTheSizeAndTheLoserIsTold() throws InterruptedException {
        Terminal terminal = open(sandbox(), "echo ready; while read -r x; do stty size; done");
        try (Viewing one = Viewing.from(terminal, 0);
                Viewing other = Viewing.from(terminal, 0)) {
            one.until("ready\r\n");
            refused(
                    ErrorCode.SIZE_OWNER_LOST,
                    () -> terminal.resize(one.viewer(), new TerminalSize(70, 30)));
            terminal.takeSize(one.viewer(), new TerminalSize(70, 30));
            terminal.resize(one.viewer(), new TerminalSize(71, 31));
            one.untilSize(new TerminalSize(71, 31));
            terminal.takeSize(other.viewer(), new TerminalSize(90, 33));
            one.untilSize(new TerminalSize(90, 33));
            assertThat(one.frames().getLast())
                    .isInstanceOfSatisfying(
                            TerminalFrame.Size.class,
                            size -> assertThat(size.owner()).contains(other.viewer()));
            refused(
                    ErrorCode.SIZE_OWNER_LOST,
                    () -> terminal.resize(one.viewer(), new TerminalSize(10, 10)));
            assertThat(terminal.record().size()).isEqualTo(new TerminalSize(90, 33));
            assertThat(terminal.record().sizeOwner()).contains(other.viewer());
            one.type("\n");
            one.until("33 90\r\n");
        }
        ProcessExit _ = terminal.hangUp();
    }

    @Test
    void everySizeHasItsPlaceInWhatWasShown() throws InterruptedException {
        Terminal terminal = open(sandbox(), "echo a; read -r x; echo b; read -r x; echo c");
        try (Viewing viewing = Viewing.from(terminal, 0)) {
            viewing.until("a\r\n");
            terminal.takeSize(viewing.viewer(), new TerminalSize(70, 30));
            viewing.type("\n");
            viewing.until("b\r\n");
            terminal.resize(viewing.viewer(), new TerminalSize(80, 40));
            viewing.untilSize(new TerminalSize(80, 40));
            viewing.type("\n");
            assertThat(viewing.end().success()).isTrue();
            long first = offsetOf(viewing, new TerminalSize(70, 30));
            long second = offsetOf(viewing, new TerminalSize(80, 40));
            try (Viewing later = Viewing.from(terminal, 0)) {
                assertThat(later.rest()).isEqualTo("a\r\n\r\nb\r\n\r\nc\r\n");
                assertThat(offsetOf(later, new TerminalSize(70, 30))).isEqualTo(first);
                assertThat(offsetOf(later, new TerminalSize(80, 40))).isEqualTo(second);
            }
            try (Viewing later = Viewing.from(terminal, second)) {
                assertThat(later.rest()).endsWith("c\r\n");
                assertThat(later.sizes()).containsExactly(new TerminalSize(80, 40));
            }
            assertThat(first).isBetween(1L, 3L);
        }
    }

    private static long offsetOf(Viewing viewing, TerminalSize size) {
        return viewing.frames().stream()
                .filter(TerminalFrame.Size.class::isInstance)
                .map(TerminalFrame.Size.class::cast)
                .filter(frame -> frame.size().equals(size))
                .findFirst()
                .orElseThrow()
                .offset();
    }

    @Test
    void joiningShowsTheScreenAndWhatScrolledOff() throws InterruptedException {
        Terminal terminal = open(sandbox(), "seq 1 50; printf 'prompt> '; read -r x");
        try (Viewing first = Viewing.from(terminal, 0)) {
            first.until("prompt> ");
            try (Viewing joined = Viewing.attached(terminal).untilLive()) {
                assertThat(joined.sizes()).containsExactly(SIZE);
                assertThat(joined.screen()).contains("1\r\n2\r\n3", "50\r\nprompt>");
                assertThat(joined.position()).isEqualTo(first.position());
                joined.type("\n");
                assertThat(joined.rest()).isEqualTo("\r\n");
            }
        }
    }

    @Test
    void joiningAProgramOfTheWholeScreenShowsThatScreen() throws InterruptedException {
        Terminal terminal =
                open(
                        sandbox(),
                        "printf 'shell\\033[?1049h\\033[?1h\\033[H\\033[2J\\033[5;9Hin the middle';"
                                + " read -r x; printf '\\033[?1049l'; printf done");
        try (Viewing first = Viewing.from(terminal, 0)) {
            first.until("middle");
            try (Viewing joined = Viewing.attached(terminal).untilLive()) {
                assertThat(joined.screen())
                        .contains("shell", "\u001b[?1049h", "        in the middle", "\u001b[?1h");
                joined.type("\n");
                assertThat(joined.rest()).endsWith("done");
            }
        }
    }

    @Test
    void terminalsAreListedOpenOrEnded() throws InterruptedException {
        Sandbox sandbox = sandbox();
        assertThat(sandbox.terminals()).isEmpty();
        assertThat(sandbox.terminal(ProcessId.next())).isEmpty();
        Terminal ended = open(sandbox, "exit 3");
        assertThat(ended.awaitExit(soon())).isPresent();
        Terminal going = open(sandbox, "echo ready; read -r x");
        try (SandboxProvider other = subject().open()) {
            List<Terminal> found = other.get(sandbox.id()).orElseThrow().terminals();
            assertThat(found.stream().map(Terminal::id)).containsExactly(ended.id(), going.id());
            assertThat(found.getFirst().record().exit()).isEqualTo(ended.exit());
            assertThat(found.getLast().record().argv()).isEqualTo(going.spec().argv());
            assertThat(found.getLast().spec().env().values()).containsOnly("");
            ProcessExit exit = found.getLast().hangUp();
            assertThat(exit.reason()).isEqualTo(ProcessExit.Reason.SIGNALLED);
            assertThat(going.awaitExit(soon())).contains(exit);
        }
    }

    @Test
    void aRepeatedOpeningByManyMakesOne() throws InterruptedException {
        Sandbox sandbox = sandbox();
        ProcessSpec spec = sh("echo once >>count; read -r x");
        List<Terminal> all =
                together(
                        Collections.nCopies(
                                8, (Callable<Terminal>) () -> sandbox.openTerminal(spec, SIZE)));
        assertThat(all.stream().map(Terminal::id).distinct()).containsExactly(spec.id());
        assertThat(sandbox.terminals()).hasSize(1);
        try (Viewing viewing = Viewing.from(all.getLast(), 0)) {
            viewing.type("\n");
            assertThat(viewing.end().success()).isTrue();
        }
        assertThat(read(sandbox, "count")).isEqualTo("once\n");
    }

    @Test
    void aTerminalThatWasLostWithItsSandboxStaysReadable() throws InterruptedException {
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        Terminal terminal = open(sandbox, "echo kept; sleep " + markedSeconds());
        try (Viewing viewing = Viewing.from(terminal, 0)) {
            viewing.until("kept\r\n");
            sandbox.stop();
            assertThat(viewing.end().reason()).isEqualTo(ProcessExit.Reason.SANDBOX_LOST);
        }
        Optional<Terminal> found = sandbox.terminal(terminal.id());
        try (Viewing viewing = Viewing.from(found.orElseThrow(), 0)) {
            assertThat(viewing.rest()).isEqualTo("kept\r\n");
        }
    }
}
