package dev.oxbow.bench.peer;

import java.io.IOException;

/** The first sign of life of a program. */
public final class First {
    private First() {}

    /** Waits for the first byte that it prints. */
    public static void of(Process process) throws IOException {
        if (process.getInputStream().read() < 0) {
            throw new IOException("ended without output");
        }
    }
}
