package dev.oxbow.engine;

import dev.oxbow.base.RunId;

/** Starts a process of its own that calls {@link Engine#drive} and outlives this one. */
@FunctionalInterface
public interface DriverLauncher {
    /** Starts it and returns at once. */
    void launch(RunId id);
}
