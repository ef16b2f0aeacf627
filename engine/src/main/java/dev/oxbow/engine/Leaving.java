package dev.oxbow.engine;

/** Whether a driver has been told to let go of its run. */
final class Leaving {
    private volatile boolean asked;

    void ask() {
        asked = true;
    }

    boolean asked() {
        return asked;
    }

    /** Throws {@link Left} once it has been asked for. */
    void check() {
        if (asked) {
            throw new Left();
        }
    }
}
