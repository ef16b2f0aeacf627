package dev.oxbow.agents;

import dev.oxbow.agents.AgentEvent.OutputMode;
import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.agents.AgentEvent.ToolOutput;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.base.Json;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Tells of any command as of one tool call. Each line of its output is an event, whichever stream
 * it came from; a line above 64 KiB is left out with a note.
 */
final class CommandDecoder implements StreamDecoder {
    private static final String CALL = "command";
    private static final int LINE_LIMIT = 64 << 10;

    private final DecoderContext context;
    private final RunStory story = new RunStory();
    private final Tail tail = new Tail();
    private final Lines out = new Lines(LINE_LIMIT, new Sink());
    private final Lines err = new Lines(LINE_LIMIT, new Sink());
    private long lines;
    private long malformed;
    private boolean started;

    CommandDecoder(DecoderContext context) {
        this.context = context;
    }

    @Override
    public List<Decoded> stdout(byte[] chunk) {
        start();
        out.feed(chunk);
        return story.take();
    }

    @Override
    public List<Decoded> stderr(byte[] chunk) {
        start();
        err.feed(chunk);
        return story.take();
    }

    private void start() {
        if (!started) {
            started = true;
            story.start(
                    ToolCalls.command(
                            CALL,
                            context.argv().isEmpty() ? "command" : context.argv().getFirst(),
                            Json.mapper().valueToTree(context.argv()),
                            ShellWords.join(context.argv())));
        }
    }

    @Override
    public Optional<Transcript> wantedTranscript() {
        return Optional.empty();
    }

    @Override
    public List<Decoded> transcript(byte[] content) {
        return List.of();
    }

    @Override
    public List<Decoded> end(ProcessEnd end) {
        start();
        out.end();
        err.end();
        int code = end.exitCode().orElse(-1);
        if (end.cause() == ProcessEnd.Cause.EXITED && end.exitCode().isPresent()) {
            story.complete(
                    ToolCalls.done(
                            CALL,
                            code == 0 ? ToolStatus.OK : ToolStatus.FAILED,
                            OptionalInt.of(code),
                            Optional.empty(),
                            Optional.empty(),
                            List.of()));
        }
        story.end(
                end,
                code == 0
                        ? new Verdict.Finished("exit")
                        : Verdict.failed(
                                Reason.CRASHED, "the command ended with exit code " + code),
                Optional.empty(),
                tail.last());
        return story.take();
    }

    @Override
    public boolean toolOpen() {
        return false;
    }

    @Override
    public Optional<String> sessionId() {
        return Optional.empty();
    }

    @Override
    public Optional<SessionTotals> totals() {
        return Optional.empty();
    }

    @Override
    public Optional<String> lastNativeType() {
        return Optional.empty();
    }

    @Override
    public DecodeCounts counts() {
        return new DecodeCounts(lines, 0, 0, 0, malformed);
    }

    @Override
    public List<String> tail() {
        return tail.lines();
    }

    private final class Sink implements Lines.Sink {
        @Override
        public void line(String text) {
            lines++;
            tail.add(Lines.plain(text));
            story.add(new ToolOutput(CALL, OutputMode.APPEND, text + "\n"));
        }

        @Override
        public void tooLong() {
            lines++;
            malformed++;
            story.add(
                    new ToolOutput(
                            CALL, OutputMode.APPEND, "(a line above 64 KiB was left out)\n"));
        }
    }
}
