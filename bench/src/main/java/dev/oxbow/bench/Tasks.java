package dev.oxbow.bench;

import java.time.Duration;

/** Work that is done over and over. When it rests, no sandbox stands. */
interface Tasks {
    /** What it does. */
    String title();

    /** Does so many more, or as many as the time allows, and removes all sandboxes. */
    void run(int most, Duration time) throws Exception;

    /** What was done since it was made. */
    Tally tally();
}
