package dev.oxbow.bench;

/** One way of doing a piece of work, ours or a peer's. */
interface Subject {

    /** How it is called in the table. */
    String name();

    /** What stands between the work and the machine. */
    default String tier() {
        return "none";
    }

    /** Gets ready for one iteration; not timed. */
    default void before() throws Exception {}

    /**
     * Does the work once; timed from call to return.
     *
     * @throws Exception if the work did not succeed
     */
    void once() throws Exception;

    /**
     * Looks whether what was done is right; not timed.
     *
     * @throws Exception if it is not: the iteration then counts as failed
     */
    default void verify() throws Exception {}

    /** Cleans up after one iteration, also a failed one; not timed. */
    default void after() throws Exception {}

    /** A subject without preparation and without walls. */
    static Subject of(String name, Work work) {
        return of(name, "none", work);
    }

    /** A subject without preparation. */
    static Subject of(String name, String tier, Work work) {
        return new Subject() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String tier() {
                return tier;
            }

            @Override
            public void once() throws Exception {
                work.run();
            }
        };
    }

    /** Work that may fail. */
    @FunctionalInterface
    interface Work {
        /** Does it. */
        void run() throws Exception;
    }
}
