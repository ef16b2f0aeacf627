package dev.oxbow.providers.local;

import dev.oxbow.posix.Posix;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a test cannot do without: missing, it fails where CI runs and is left out elsewhere. */
final class Needs {
    private Needs() {}

    static void theTools() {
        need(
                Tools.locate().paths().keySet().containsAll(Tools.PACKAGES.keySet()),
                "bubblewrap, util-linux and socat");
    }

    static void root() {
        need(Posix.isRoot(), "root");
    }

    private static void need(boolean there, String what) {
        if (!there && System.getenv("CI") != null) {
            Assertions.fail("this test needs " + what);
        }
        Assumptions.assumeTrue(there, () -> "SKIPPED: this test needs " + what);
    }
}
