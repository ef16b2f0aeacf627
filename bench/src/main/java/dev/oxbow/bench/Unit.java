package dev.oxbow.bench;

/** What the values of a row are. */
enum Unit {
    /** Milliseconds until a sandbox answers: the one that is scored. */
    TTI("ttiMs", "ms", false),
    /** Milliseconds. */
    MILLIS("ms", "ms", false),
    /** Mebibytes of memory. */
    MEBIBYTES("mib", "MiB", false),
    /** Mebibytes in a second. */
    MEBIBYTES_PER_SECOND("mibPerSecond", "MiB/s", true),
    /** Things in a second. */
    PER_SECOND("perSecond", "/s", true);

    private final String key;
    private final String symbol;
    private final boolean moreIsBetter;

    Unit(String key, String symbol, boolean moreIsBetter) {
        this.key = key;
        this.symbol = symbol;
        this.moreIsBetter = moreIsBetter;
    }

    /** The name of a value in the raw file. */
    String key() {
        return key;
    }

    /** What stands behind a figure in the table. */
    String symbol() {
        return symbol;
    }

    /** Whether a larger figure is the better one. */
    boolean moreIsBetter() {
        return moreIsBetter;
    }
}
