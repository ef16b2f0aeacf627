package dev.oxbow.engine;

/** The driver lets go of its run, which goes on; control flow, not a failure. */
final class Left extends RuntimeException {
    Left() {
        super("left to another driver", null, false, false);
    }
}
