package dev.oxbow.bench;

/** One way of doing a piece of work, ours or a peer's. */
interface Subject {

    /** How it is called in the table. */
    String name();

    /** Gets ready for one iteration; not timed. */
    default void before() throws Exception {}

    /**
     * Does the work once; timed from call to return.
     *
     * @throws Exception if the work did not succeed, checked by its result and not only by its end
     */
    void once() throws Exception;

    /** Cleans up after one iteration; not timed. */
    default void after() throws Exception {}

    /** A subject without preparation. */
    static Subject of(String name, Work work) {
        return new Subject() {
            @Override
            public String name() {
                return name;
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
