package dev.oxbow.providers.local;

/**
 * One process of the host, for ever: the number alone is used again, number and start time are not.
 *
 * @param pid its number
 * @param startTicks when it started, in clock ticks since boot
 */
record ProcessRef(long pid, long startTicks) {}
