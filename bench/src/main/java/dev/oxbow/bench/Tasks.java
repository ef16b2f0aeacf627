package dev.oxbow.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Work that is done over and over. When it rests, no sandbox stands. */
interface Tasks {
    /** What it does. */
    String title();

    /** Does so many more, or as many as the time allows, and removes all sandboxes. */
    void run(int most, Duration time) throws Exception;

    /** How many were done so far, failed ones included. */
    int done();

    /** What failed; nothing is repeated. */
    List<String> failures();

    /** Ids of the sandboxes that were ever made. */
    Set<String> sandboxes();

    /** How often each kind of work was done. */
    Map<String, Integer> counts();
}
