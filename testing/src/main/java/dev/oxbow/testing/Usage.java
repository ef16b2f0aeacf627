package dev.oxbow.testing;

/**
 * Tokens that a scripted turn reports, in the arithmetic of Responses: cached tokens are part of
 * the input, reasoning tokens are part of the output. Each protocol gets its own spelling of it.
 *
 * @param input all prompt tokens
 * @param cached prompt tokens read from a cache
 * @param output all generated tokens
 * @param reasoning generated tokens spent on reasoning
 */
public record Usage(long input, long cached, long output, long reasoning) {
    /** What a turn reports whose script says nothing. */
    public static final Usage DEFAULT = new Usage(100, 0, 10, 0);

    /** Refuses parts that are larger than their whole. */
    public Usage {
        if (cached < 0 || reasoning < 0 || cached > input || reasoning > output) {
            throw new IllegalArgumentException("parts of a usage must fit into their whole");
        }
    }
}
