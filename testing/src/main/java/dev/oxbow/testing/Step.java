package dev.oxbow.testing;

import java.time.Duration;

/**
 * One thing that the stand-in model does. A turn, the answer to one request, is made of all steps
 * up to and including the next {@link Tool}, or of all that are left.
 */
public sealed interface Step {

    /** A call of one of the agent's own tools; it ends the turn. */
    sealed interface Tool extends Step {}

    /**
     * Says a text. If no tool follows it in the list, it is the final answer.
     *
     * @param text what is said
     * @param chunks how many pieces it is streamed in, at least 1
     * @param delay waited before every piece but the first
     */
    record Say(String text, int chunks, Duration delay) implements Step {
        /** Refuses a text in no pieces. */
        public Say {
            if (chunks < 1) {
                throw new IllegalArgumentException("a text needs at least one chunk");
            }
        }
    }

    /** Thinks aloud, where the protocol has a place for it; elsewhere nothing happens. */
    record Reason(String text) implements Step {}

    /** Runs a shell command line. */
    record Run(String command) implements Tool {}

    /** Creates a file; a relative path is below the agent's working directory. */
    record Write(String path, String content) implements Tool {}

    /** Reads a file, which some agents demand before they edit it. */
    record Read(String path) implements Tool {}

    /** Replaces the one occurrence of whole lines by others, in a file that was read before. */
    record Edit(String path, String oldText, String newText) implements Tool {}

    /** The tokens that this turn reports. */
    record Report(Usage usage) implements Step {}

    /** Waits at this place of the turn, then goes on. */
    record Hang(Duration duration) implements Step {}

    /**
     * Demands that the request of this turn contains a text; otherwise the answer is an error 400
     * and {@link ModelServer#violations()} names it.
     */
    record Expect(String text) implements Step {}

    /** Something that goes wrong {@code times} times, 0 for always; after that it is skipped. */
    sealed interface Fault extends Step {
        /** How often it happens within one conversation; 0 for always. */
        int times();
    }

    /**
     * Answers with an HTTP status instead of the turn.
     *
     * @param type the protocol's word for the error, such as {@code rate_limit_error}; empty for
     *     the usual one of that status
     */
    record Fail(int status, String type, String message, int times) implements Fault {}

    /** Puts an error into the stream at this place of the turn. */
    record FailInStream(String type, String message, int times) implements Fault {}

    /** Cuts the connection after that many bytes of the answer's body. */
    record CutAfterBytes(long bytes, int times) implements Fault {}

    /** Cuts the connection after that many frames of the stream. */
    record CutAfterFrames(int frames, int times) implements Fault {}
}
