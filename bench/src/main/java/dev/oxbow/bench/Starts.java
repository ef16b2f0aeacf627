package dev.oxbow.bench;

/** Makes sandboxes, each with a first command. Safe for concurrent use. */
interface Starts {
    /** How it is called in the table. */
    String name();

    /** What stands between the command and the machine. */
    String tier();

    /** The next one; nothing is done yet. */
    Start next();

    /** One sandbox. */
    interface Start {
        /** Makes it, starts its command, and returns at the first byte that it wrote. */
        void untilOutput() throws Exception;

        /** Waits for the end of the command; fails if it was not a success. */
        void verify() throws Exception;

        /** Removes the sandbox, whatever came of it. */
        void remove() throws Exception;
    }
}
