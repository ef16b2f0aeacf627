package dev.oxbow.sandbox;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ProcessId;
import java.util.Optional;

/**
 * A command in a sandbox on a pseudo terminal, that lives independently of whoever looks at it.
 *
 * <p>What it shows is one stream of raw bytes with the rules of {@link Cursor}: kept, and readable
 * from an absolute offset that starts at 0. Any number of viewers read and type; none slows down
 * the command or another viewer. One of them owns the size. Losing a viewer ends nothing; {@link
 * #hangUp} does. Safe for concurrent use.
 */
public interface Terminal {

    /** Its id, chosen by the caller of {@link Sandbox#openTerminal}; unique among processes too. */
    ProcessId id();

    /** What was asked for. Environment values are not kept. */
    ProcessSpec spec();

    /** How it stands now. */
    TerminalRecord record();

    /** How the command ended; empty while it runs. Once present it never changes. */
    Optional<ProcessExit> exit();

    /**
     * Waits for the command's end.
     *
     * @return empty if the deadline came first
     * @throws InterruptedException while waiting; the command goes on
     */
    Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException;

    /**
     * Reads what it shows, from a byte of one's choice.
     *
     * @param from offset of the first byte wanted
     * @return frames in order: the size at that byte, then bytes, later sizes and gaps by their
     *     offsets; {@link TerminalFrame.Live} once, where this call found the end; {@link
     *     TerminalFrame.Exit} once and last
     * @throws dev.oxbow.base.OxException {@code CURSOR_EXPIRED} if the offset is below what is kept
     *     (context {@code earliest}, {@code latest}), {@code CURSOR_AHEAD} if it is beyond the end
     */
    TerminalReader read(long from);

    /**
     * Joins as a new viewer: the size, then one {@link TerminalFrame.Screen} that puts a terminal
     * into the state this one is in, with that many lines that have scrolled off above it, then
     * {@link TerminalFrame.Live} and what follows.
     *
     * @param scrollback most lines above the screen, at least 0
     */
    default TerminalReader attach(int scrollback) {
        return ScreenReplay.open(this, scrollback);
    }

    /**
     * Types. The bytes have their place in what this viewer types: those that it has typed before
     * are not typed again, so a call whose answer was lost can be repeated as it was. Returns when
     * the bytes are handed over.
     *
     * @param offset place of the first byte, 0 for the first this viewer ever types
     * @throws dev.oxbow.base.OxException {@code CURSOR_AHEAD} if bytes before it were never typed,
     *     {@code OPERATION_INTERRUPTED} if the command has ended
     */
    void write(Viewer viewer, long offset, byte[] bytes);

    /** How many bytes have been taken from a viewer; 0 if it never typed. */
    long written(Viewer viewer);

    /**
     * Makes a viewer the owner of the size, and sets it. Whoever owned it learns so by {@link
     * TerminalFrame.Size} and by the refusal of {@link #resize}.
     *
     * @throws dev.oxbow.base.OxException {@code OPERATION_INTERRUPTED} if the command has ended
     */
    void takeSize(Viewer viewer, TerminalSize size);

    /**
     * Sets the size; of several in quick succession only the last may be seen by the command.
     *
     * @throws dev.oxbow.base.OxException {@code SIZE_OWNER_LOST} if the viewer does not own it,
     *     {@code OPERATION_INTERRUPTED} if the command has ended
     */
    void resize(Viewer viewer, TerminalSize size);

    /**
     * Hangs up: the command gets HUP, and what it and all that it started do not heed is ended
     * shortly after. Returns when all have ended; a no-op after that.
     *
     * @return how the command ended
     * @throws InterruptedException while waiting
     */
    ProcessExit hangUp() throws InterruptedException;
}
