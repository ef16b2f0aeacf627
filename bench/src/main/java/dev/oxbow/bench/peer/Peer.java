package dev.oxbow.bench.peer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One other way of walling off a command. Safe for concurrent use. */
public interface Peer {
    /** What its users call it. */
    String name();

    /** What stands between the command and the machine. */
    String tier();

    /** Why it is not to be had on this machine, and how to get it; empty if it is. */
    Optional<String> missing();

    /**
     * Arguments that make a new sandbox and run a shell command in it as the first and last thing.
     *
     * @param id of the sandbox, not used before
     */
    List<String> create(String id, String command);

    /** Removes what is left of a sandbox whose command has ended. */
    default void remove(String id) throws IOException, InterruptedException {}

    /** How a sandbox of it stands idle; empty if it is only ever made for one command. */
    default Optional<Standing> standing() {
        return Optional.empty();
    }

    /** Sandboxes that stand and wait for commands. */
    interface Standing {
        /** Makes one that does nothing; returns when it stands. */
        void start(String id) throws IOException, InterruptedException;

        /** Arguments that run a command in it. */
        List<String> exec(String id, String... command);

        /** Removes it with what runs in it. */
        void stop(String id) throws IOException, InterruptedException;
    }
}
