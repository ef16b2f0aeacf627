package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.Signal;
import java.io.IOException;
import java.util.OptionalInt;

/** The running half of a process: something that was started, takes signals and ends. */
interface Execution {

    /** Waits for the end of the program itself; empty if the deadline came first. */
    OptionalInt awaitEnd(Deadline deadline) throws InterruptedException;

    /** Sends a signal to the program and all that it started. */
    void signal(Signal signal);

    /**
     * Ends what the program left behind and waits until its last output has arrived.
     *
     * @throws InterruptedException while waiting
     */
    void finish() throws InterruptedException;

    /** Hands bytes to standard input. */
    void write(byte[] bytes) throws IOException;

    /** Ends standard input; idempotent. */
    void closeStdin();
}
