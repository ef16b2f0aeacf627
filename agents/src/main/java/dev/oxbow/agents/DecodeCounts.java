package dev.oxbow.agents;

/**
 * What became of the lines that an agent printed.
 *
 * @param lines lines of standard output
 * @param quiet JSON lines that gave no event of their own: deltas, heartbeats, repetitions
 * @param stray lines that are not JSON and went to the tail
 * @param unknown lines of a type that is not known
 * @param malformed lines above the size limit
 */
public record DecodeCounts(long lines, long quiet, long stray, long unknown, long malformed) {}
