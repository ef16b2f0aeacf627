package dev.oxbow.sandbox.kit;

import dev.oxbow.sandbox.ProcessExit;
import java.nio.charset.StandardCharsets;

/**
 * A process that has ended, with everything it wrote.
 *
 * @param exit how it ended
 * @param stdout all bytes of standard output
 * @param stderr all bytes of standard error
 */
record Ran(ProcessExit exit, byte[] stdout, byte[] stderr) {

    String out() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    String err() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    int code() {
        return exit.exitCode().orElseThrow(() -> new AssertionError("no exit code: " + exit));
    }

    @Override
    public String toString() {
        return exit + "\nstdout: " + shortened(out()) + "\nstderr: " + shortened(err());
    }

    private static String shortened(String text) {
        return text.length() <= 2_000 ? text : text.substring(0, 2_000) + "…";
    }
}
