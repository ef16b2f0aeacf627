package dev.oxbow.cli;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.agents.EventEnvelope;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * Shows a run while it goes on: finished facts as lines, and, on a terminal, one status line below
 * them with phase, time and tokens.
 *
 * <p>Safe for concurrent use: events and ticks come from different threads.
 */
final class RunScreen implements AutoCloseable {
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final String MARKS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    private final PrintStream out;
    private final Style style;
    private final EventText text;
    private final IntSupplier width;
    private final boolean live;
    private final boolean quiet;
    private final String prefix;
    private final long startedAt = System.nanoTime();
    private final Object lock;

    private String phase = "starting";
    private String doing = "";
    private long inputTokens;
    private long outputTokens;
    private int tick;
    private boolean statusShown;

    /**
     * A screen for one run.
     *
     * @param out where lines go
     * @param style colours
     * @param live whether to keep a status line
     * @param verbose whether to show every detail
     * @param quiet whether to show nothing
     * @param prefix stands before every line, to tell parallel attempts apart
     * @param width columns of the terminal, asked at every tick
     */
    RunScreen(
            PrintStream out,
            Style style,
            boolean live,
            boolean verbose,
            boolean quiet,
            String prefix,
            IntSupplier width) {
        this.out = out;
        this.style = style;
        this.live = live && !quiet;
        this.quiet = quiet;
        this.prefix = prefix;
        this.width = width;
        this.text = new EventText(style, verbose);
        // Attempts that run in parallel share the stream, so they share its lock.
        this.lock = out;
    }

    /** Shows an event. */
    void show(EventEnvelope envelope) {
        Event event = envelope.event();
        synchronized (lock) {
            note(event);
            if (!quiet) {
                text.lines(event).forEach(this::printLine);
                drawStatus();
            }
        }
    }

    /** Shows a line of our own. */
    void say(String line) {
        synchronized (lock) {
            if (!quiet) {
                printLine(line);
                drawStatus();
            }
        }
    }

    /** Moves the clock on; call it a few times a second. */
    void tick() {
        synchronized (lock) {
            tick++;
            drawStatus();
        }
    }

    /** Tokens used so far, as far as the agent says. */
    String tokens() {
        synchronized (lock) {
            return inputTokens + outputTokens == 0 ? "" : Figures.tokens(inputTokens, outputTokens);
        }
    }

    private void note(Event event) {
        switch (event) {
            case EngineEvent.RunPhase e -> {
                phase = SafeText.line(e.phase().replace('_', ' '), 30);
                doing = "";
            }
            case EngineEvent.AgentInstalling e -> doing = e.message();
            case EngineEvent.SyncProgress e -> doing = progress(e);
            case AgentEvent.MessageDelta e -> doing = lastLine(doing + e.text());
            case AgentEvent.Message _ -> doing = "";
            case AgentEvent.ToolStarted e -> doing = e.command().orElse(e.title());
            case AgentEvent.ToolCompleted _ -> doing = "";
            case AgentEvent.Usage e -> count(e);
            case AgentEvent.RunCompleted e -> count(e.usage());
            case AgentEvent.RunError e -> e.usage().ifPresent(this::count);
            default -> {}
        }
        if (doing.length() > 1000) {
            doing = doing.substring(doing.length() - 1000);
        }
    }

    private void count(AgentEvent.Usage usage) {
        switch (usage.scope()) {
            case CALL -> {
                inputTokens += usage.inputTokens();
                outputTokens += usage.outputTokens();
            }
            case RUN -> {
                inputTokens = usage.inputTokens();
                outputTokens = usage.outputTokens();
            }
        }
    }

    private static String lastLine(String text) {
        return text.substring(text.stripTrailing().lastIndexOf('\n') + 1);
    }

    private static String progress(EngineEvent.SyncProgress event) {
        return Figures.count(event.files())
                + (event.filesTotal().isPresent()
                        ? " of " + Figures.count(event.filesTotal().getAsLong())
                        : "")
                + " files, "
                + Figures.bytes(event.bytes());
    }

    private void printLine(String line) {
        if (statusShown) {
            out.print(CLEAR_LINE);
            statusShown = false;
        }
        out.println(prefix + line);
        out.flush();
    }

    private void drawStatus() {
        if (!live) {
            return;
        }
        int columns = Math.max(20, width.getAsInt());
        String clock = Figures.took(Duration.ofNanos(System.nanoTime() - startedAt));
        String tokens = tokens();
        String head = phase + " · " + clock + (tokens.isEmpty() ? "" : " · " + tokens);
        String tail = doing.isBlank() ? "" : " · " + SafeText.line(doing, 200);
        String mark = String.valueOf(MARKS.charAt(tick % MARKS.length()));
        out.print(
                CLEAR_LINE
                        + style.accent(mark)
                        + " "
                        + style.faint(SafeText.line(head + tail, columns - 3)));
        out.flush();
        statusShown = true;
    }

    /** Takes the status line away. */
    @Override
    public void close() {
        synchronized (lock) {
            if (statusShown) {
                out.print(CLEAR_LINE);
                out.flush();
                statusShown = false;
            }
        }
    }
}
