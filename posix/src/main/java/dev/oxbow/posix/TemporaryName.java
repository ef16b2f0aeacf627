package dev.oxbow.posix;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names for files on their way to their real name. Guessing one helps no one: they are exclusive.
 */
final class TemporaryName {
    private TemporaryName() {}

    static String next() {
        return Directory.TEMPORARY_PREFIX
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
