package dev.oxbow.agents;

import java.util.List;
import java.util.Optional;

/**
 * Reads the output of one agent's process and says what happened in it.
 *
 * <p>Bytes may be cut anywhere: the events are the same. Not safe for concurrent use: the caller
 * feeds both streams under one lock. After {@link #end} no other method but the questions may be
 * called.
 *
 * <p>Kept for every agent: the last event is the only {@link AgentEvent.RunCompleted} or {@link
 * AgentEvent.RunError}; every tool that started is completed before it; every line of output gave
 * an event or is counted in {@link #counts}.
 */
public interface StreamDecoder {

    /** More bytes of standard output. */
    List<Decoded> stdout(byte[] chunk);

    /** More bytes of standard error. */
    List<Decoded> stderr(byte[] chunk);

    /**
     * The agent's own record of the session that should be read, once the process is gone and
     * before {@link #end}, because its output is known to leave things out.
     */
    Optional<Transcript> wantedTranscript();

    /** Hands over the record asked for. */
    List<Decoded> transcript(byte[] content);

    /** The process is gone and its output is read to the end. */
    List<Decoded> end(ProcessEnd end);

    /** Whether a tool call is open; the idle clock stands still meanwhile. */
    boolean toolOpen();

    /** The agent's own session, as soon as it is known; what {@code --continue} needs. */
    Optional<String> sessionId();

    /** What the session has used, to be kept for its next run; empty if the agent did not say. */
    Optional<SessionTotals> totals();

    /** What the agent calls the last object of its stream; empty if it has sent none. */
    Optional<String> lastNativeType();

    /** What became of the lines. */
    DecodeCounts counts();

    /** The last lines that were no events: standard error and stray text, oldest first. */
    List<String> tail();

    /**
     * A file inside the sandbox.
     *
     * @param directory absolute path of a directory
     * @param suffix end of the file's name, below that directory at any depth; the newest counts
     */
    record Transcript(String directory, String suffix) {}
}
