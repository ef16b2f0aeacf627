package dev.oxbow.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.AgentEvent.Notice;
import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.agents.AgentEvent.RunCompleted;
import dev.oxbow.agents.AgentEvent.RunError;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolOutput;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the end of a process comes to, and what is not in any recording. */
final class DecoderEndTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static StreamDecoder decoder(AgentName name) {
        return AgentAdapter.of(name).decoder(DecoderContext.fresh().withArgv(List.of("make")));
    }

    private static AgentEvent last(List<Decoded> events) {
        return events.getLast().event();
    }

    private static Reason reason(List<Decoded> events) {
        return ((RunError) last(events)).reason();
    }

    @ParameterizedTest
    @CsvSource({
        "TIMEOUT_WALL, TIMEOUT",
        "TIMEOUT_IDLE, TIMEOUT",
        "CANCELLED, CANCELLED",
        "LOST, INTERRUPTED"
    })
    void whatEndedTheProcessIsTheReason(ProcessEnd.Cause cause, Reason reason) {
        for (AgentName name : AgentName.values()) {
            assertThat(reason(decoder(name).end(ProcessEnd.by(cause)))).isEqualTo(reason);
        }
    }

    @ParameterizedTest
    @CsvSource({"TIMEOUT_WALL, TIMEOUT", "TIMEOUT_IDLE, TIMEOUT", "CANCELLED, CANCELLED"})
    void whoAnswersTermWithSuccessWasStoppedAllTheSame(ProcessEnd.Cause cause, Reason reason) {
        ProcessEnd polite =
                new ProcessEnd(
                        OptionalInt.of(0),
                        OptionalInt.empty(),
                        false,
                        cause,
                        Duration.ofSeconds(1));
        StreamDecoder codex = decoder(AgentName.CODEX);
        codex.stdout(bytes("{\"type\":\"turn.completed\",\"usage\":{}}\n"));

        assertThat(reason(decoder(AgentName.COMMAND).end(polite))).isEqualTo(reason);
        assertThat(reason(codex.end(polite))).isEqualTo(reason);
    }

    @ParameterizedTest
    @EnumSource(AgentName.class)
    void memoryIsTheReasonOnlyWithEvidence(AgentName name) {
        ProcessEnd killed = ProcessEnd.exited(137);
        ProcessEnd memory =
                new ProcessEnd(
                        OptionalInt.of(137),
                        OptionalInt.of(9),
                        true,
                        ProcessEnd.Cause.EXITED,
                        killed.ran());
        assertThat(reason(decoder(name).end(memory))).isEqualTo(Reason.OUT_OF_MEMORY);
        assertThat(reason(decoder(name).end(killed))).isEqualTo(Reason.CRASHED);
    }

    @ParameterizedTest
    @EnumSource(value = AgentName.class, names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void exitZeroAloneIsNoSuccess(AgentName name) {
        assertThat(reason(decoder(name).end(ProcessEnd.exited(0))))
                .isEqualTo(Reason.NO_TERMINAL_EVENT);
    }

    @Test
    void aTerminalEventAloneIsNoSuccess() {
        StreamDecoder decoder = decoder(AgentName.CODEX);
        decoder.stdout(bytes("{\"type\":\"turn.completed\",\"usage\":{}}\n"));
        assertThat(last(decoder.end(ProcessEnd.exited(1)))).isInstanceOf(RunError.class);
    }

    @ParameterizedTest
    @CsvSource({
        "CODEX, 2, 'error: unexpected argument', ARGUMENTS",
        "CODEX, 1, 'No prompt provided via stdin.', ARGUMENTS",
        "OPENCODE, 1, 'Error: Session not found', ARGUMENTS",
        "CLAUDE_CODE, 1, 'Not logged in · Please run /login', AUTH",
        "GEMINI, 41, 'Please set an Auth method', AUTH",
        "GEMINI, 42, 'Error resuming session', ARGUMENTS",
        "GEMINI, 52, 'bad settings', ARGUMENTS",
        "GEMINI, 173, 'quota', RATE_LIMITED",
        "GEMINI, 244, 'oops', SERVER_ERROR",
    })
    void exitCodeAndLastWordsTellTheReason(AgentName name, int exit, String said, Reason reason) {
        StreamDecoder decoder = decoder(name);
        decoder.stderr(bytes("\u001b[91m" + said + "\u001b[0m\n"));
        assertThat(reason(decoder.end(ProcessEnd.exited(exit)))).isEqualTo(reason);
        assertThat(decoder.tail()).containsExactly(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Missing environment variable: `CODEX_API_KEY`.|AUTH",
                "unexpected status 503 Service Unavailable|SERVER_ERROR",
                "exceeded retry limit, last status: 429 Too Many Requests|RATE_LIMITED",
                "Your input exceeds the context window of this model|CONTEXT",
                "{\"error\":{\"message\":\"x\",\"code\":\"context_length_exceeded\"}}|CONTEXT",
                "Connection failed: error sending request|NETWORK",
                "stream disconnected before completion: eof|NETWORK",
                "unexpected status 502 Bad Gateway: ox: nobody answers at 127.0.0.1:1, url:"
                        + " x|NETWORK",
                "API Error: 502 ox: models.example.org has no address|NETWORK",
                "something else|MODEL"
            })
    void failureTextTellsTheReason(String message, Reason reason) {
        assertThat(FailureText.reason(message, FailureText.status(message))).isEqualTo(reason);
    }

    @Test
    void strayTextGoesToTheTailWithoutItsColours() {
        StreamDecoder decoder = decoder(AgentName.CODEX);
        List<Decoded> events =
                decoder.stdout(bytes("\u001b]0;title\u0007\u001b[1mplain\u001b[0m\r\n{not json\n"));
        assertThat(events).extracting(Decoded::event).allMatch(e -> e instanceof Notice);
        assertThat(decoder.tail()).containsExactly("plain", "{not json");
        for (int i = 0; i < 50; i++) {
            decoder.stderr(bytes("line " + i + "\n"));
        }
        assertThat(decoder.tail()).hasSize(20).last().isEqualTo("line 49");
    }

    @Test
    void unknownLinesAreKeptAsSuch() {
        StreamDecoder decoder = decoder(AgentName.CODEX);
        List<Decoded> events = decoder.stdout(bytes("{\"type\":\"brand.new\",\"x\":1}\n"));
        assertThat(events)
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.event()).isEqualTo(AgentEvent.Unknown.ofNative("brand.new"));
                    assertThat(d.nativeObject()).isPresent();
                });
        assertThat(decoder.counts().unknown()).isEqualTo(1);
    }

    @Test
    void aLineAboveTheLimitCostsThatLineOnly() {
        StreamDecoder decoder = decoder(AgentName.CODEX);
        byte[] megabyte = new byte[1 << 20];
        Arrays.fill(megabyte, (byte) 'x');
        List<Decoded> events = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            events.addAll(decoder.stdout(megabyte));
        }
        events.addAll(decoder.stdout(bytes("\n{\"type\":\"turn.completed\",\"usage\":{}}\n")));
        events.addAll(decoder.end(ProcessEnd.exited(0)));
        assertThat(events.getFirst().event().toString()).contains("STREAM_MALFORMED");
        assertThat(last(events)).isInstanceOf(RunCompleted.class);
        assertThat(decoder.counts().malformed()).isEqualTo(1);
    }

    @Test
    void codexTellsOfACommandThatItsOutputLeftOut() {
        StreamDecoder decoder = decoder(AgentName.CODEX);
        List<Decoded> events =
                new ArrayList<>(
                        decoder.stdout(
                                bytes(
                                        String.join("\n", Samples.lines("codex-denied-no-item"))
                                                + "\n")));
        assertThat(decoder.wantedTranscript().orElseThrow().suffix())
                .isEqualTo("01a1fbff-f1b0-79a0-9d79-0d6279f91980.jsonl");
        events.addAll(
                decoder.transcript(
                        bytes(String.join("\n", Samples.lines("codex-rollout-excerpt")))));
        events.addAll(decoder.end(ProcessEnd.exited(0)));
        ToolCompleted tool =
                (ToolCompleted)
                        events.stream()
                                .map(Decoded::event)
                                .filter(e -> e instanceof ToolCompleted)
                                .findFirst()
                                .orElseThrow();
        assertThat(tool.status()).isEqualTo(ToolStatus.FAILED);
        assertThat(tool.exitCode()).hasValue(1);
        assertThat(tool.output().orElseThrow()).startsWith("touch: cannot touch");
        assertThat(((RunCompleted) last(events)).toolsFailed()).isEqualTo(1);
    }

    @Test
    void aCommandIsOneToolAndItsExitCodeDecides() {
        StreamDecoder decoder = decoder(AgentName.COMMAND);
        List<Decoded> events = new ArrayList<>(decoder.stdout(bytes("one\ntw")));
        events.addAll(decoder.stderr(bytes("oops\n")));
        events.addAll(decoder.stdout(bytes("o\nlast")));
        events.addAll(decoder.end(ProcessEnd.exited(2)));
        assertThat(
                        events.stream()
                                .map(Decoded::event)
                                .filter(e -> e instanceof ToolOutput)
                                .map(e -> ((ToolOutput) e).text()))
                .containsExactly("one\n", "oops\n", "two\n", "last\n");
        assertThat(((RunError) last(events)).exitCode()).hasValue(2);
        assertThat(last(decoder(AgentName.COMMAND).end(ProcessEnd.exited(0))))
                .isInstanceOf(RunCompleted.class);
    }

    @Test
    void outcomesHaveTheirExitCodes() {
        assertThat(Outcome.exitCode(Reason.NETWORK)).isEqualTo(69);
        assertThat(Outcome.exitCode(Reason.OUT_OF_MEMORY)).isEqualTo(137);
        assertThat(Outcome.exitCode(Reason.MODEL)).isEqualTo(1);
        assertThat(Outcome.exitCode(Reason.AUTH)).isEqualTo(77);
        assertThat(Outcome.exitCode(Reason.ARGUMENTS)).isEqualTo(64);
        assertThat(Outcome.exitCode(Reason.SANDBOX)).isEqualTo(69);
        assertThat(Outcome.exitCode(Reason.TIMEOUT)).isEqualTo(124);
        assertThat(Outcome.exitCode(Reason.CANCELLED)).isEqualTo(130);
        assertThat(Outcome.exitCode(Reason.INTERRUPTED)).isEqualTo(70);
        assertThat(Outcome.CONFLICT.exitCode()).isEqualTo(73);
        assertThat(Outcome.COMPLETED.state()).isEqualTo("completed");
        assertThat(Outcome.CONFLICT.state()).isEqualTo("failed");
    }
}
