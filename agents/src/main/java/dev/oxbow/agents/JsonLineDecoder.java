package dev.oxbow.agents;

import dev.oxbow.agents.AgentEvent.AgentSession;
import dev.oxbow.agents.AgentEvent.Level;
import dev.oxbow.agents.AgentEvent.Notice;
import dev.oxbow.agents.AgentEvent.Unknown;
import dev.oxbow.agents.AgentEvent.Usage;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is common to agents that print one JSON object per line. */
abstract class JsonLineDecoder implements StreamDecoder {
    private static final int LINE_LIMIT = 16 << 20;
    private static final int STRAY_SHOWN = 20;

    final DecoderContext context;
    final WorkspacePath paths;
    final RunStory story = new RunStory();
    final Tail tail = new Tail();
    private final Lines out = new Lines(LINE_LIMIT, new Stdout());
    private final Lines err = new Lines(LINE_LIMIT, new Stderr());
    private long lines;
    private long quiet;
    private long stray;
    private long unknown;
    private long malformed;
    private boolean wasQuiet;
    private String lastNativeType = "";

    JsonLineDecoder(DecoderContext context) {
        this.context = context;
        this.paths = new WorkspacePath(context.cwd());
    }

    /** Reads one object; it must add an event or call {@link #quiet}, else it becomes unknown. */
    abstract void read(ObjectNode line);

    /** Reads one plain line of standard error. */
    void readError(String line) {}

    /** The stream is over, the last event not yet made. */
    void ending(ProcessEnd end) {}

    /** What it all came to. */
    abstract Verdict verdict(ProcessEnd end);

    /** What the run used, as far as the agent said. */
    abstract Optional<Usage> usage();

    /** This line has been taken account of without an event. */
    final void quiet() {
        wasQuiet = true;
    }

    /** Name of an object's kind, for those that are not known. */
    String kind(ObjectNode line) {
        return line.path("type").asString("");
    }

    /** Tells of the session with nothing but its name. */
    final void session(String id) {
        story.session(
                new AgentSession(
                        id,
                        context.resumed().isPresent(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()));
    }

    @Override
    public final List<Decoded> stdout(byte[] chunk) {
        out.feed(chunk);
        return story.take();
    }

    @Override
    public final List<Decoded> stderr(byte[] chunk) {
        err.feed(chunk);
        return story.take();
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
    public final List<Decoded> end(ProcessEnd end) {
        out.end();
        err.end();
        story.reading(null);
        ending(end);
        story.end(end, verdict(end), usage(), tail.last());
        return story.take();
    }

    @Override
    public final boolean toolOpen() {
        return story.anyOpen();
    }

    @Override
    public final Optional<String> sessionId() {
        return story.sessionId();
    }

    @Override
    public Optional<SessionTotals> totals() {
        return Optional.empty();
    }

    @Override
    public final Optional<String> lastNativeType() {
        return Optional.of(lastNativeType).filter(type -> !type.isEmpty());
    }

    @Override
    public final DecodeCounts counts() {
        return new DecodeCounts(lines, quiet, stray, unknown, malformed);
    }

    @Override
    public final List<String> tail() {
        return tail.lines();
    }

    /** A failure of which only standard error and the exit code tell. */
    final Verdict failedSilently(ProcessEnd end) {
        String said = tail.last();
        int code = end.exitCode().orElse(0);
        return Verdict.failed(
                AgentEvent.Reason.NO_TERMINAL_EVENT,
                code == 0
                        ? "the agent ended without saying that it finished"
                        : "the agent ended with exit code "
                                + code
                                + (said.isEmpty() ? "" : ": " + said));
    }

    private void line(ObjectNode object) {
        int before = story.size();
        wasQuiet = false;
        lastNativeType = object.path("type").asString("");
        story.reading(object);
        read(object);
        if (story.size() == before) {
            if (wasQuiet) {
                quiet++;
            } else {
                unknown++;
                story.add(Unknown.ofNative(kind(object)));
            }
        }
        story.reading(null);
    }

    private final class Stdout implements Lines.Sink {
        @Override
        public void line(String text) {
            lines++;
            String plain = Lines.plain(text);
            if (plain.isBlank()) {
                quiet++;
                return;
            }
            if (plain.startsWith("{")) {
                try {
                    JsonNode tree = Json.tree(plain);
                    if (tree instanceof ObjectNode object) {
                        JsonLineDecoder.this.line(object);
                        return;
                    }
                } catch (Json.MalformedJson _) {
                    // Not JSON after all: treated like any other stray text below.
                }
            }
            stray++;
            tail.add(plain);
            if (stray <= STRAY_SHOWN) {
                story.add(new Notice(Level.WARNING, Tail.clip(plain, 500)));
            }
        }

        @Override
        public void tooLong() {
            lines++;
            malformed++;
            story.add(
                    new Notice(
                            Level.ERROR,
                            ErrorCode.STREAM_MALFORMED.name()
                                    + ": a line above 16 MiB was left out"));
        }
    }

    private final class Stderr implements Lines.Sink {
        @Override
        public void line(String text) {
            String plain = Lines.plain(text);
            tail.add(plain);
            readError(plain);
        }

        @Override
        public void tooLong() {
            malformed++;
            tail.add("(a line above 16 MiB was left out)");
        }
    }
}
