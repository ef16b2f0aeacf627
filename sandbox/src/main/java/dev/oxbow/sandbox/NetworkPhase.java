package dev.oxbow.sandbox;

import java.util.Locale;

/**
 * What a sandbox is about, as far as its network is concerned. Each way out belongs to the phase in
 * which it was opened, and ends with it: see {@link Sandbox#setNetwork}.
 */
public enum NetworkPhase {
    /** The workspace is being set up: hosts of packages, for example. */
    SETUP,
    /** An agent works: its model and what its task needs. A new sandbox is in this phase. */
    AGENT,
    /** There is no way out and none is opened. */
    OFFLINE;

    /** The name in JSON and on the command line. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
