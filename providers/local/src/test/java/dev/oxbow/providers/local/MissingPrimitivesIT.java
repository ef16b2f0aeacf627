package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What cannot be built is refused and named; the lacks are made in namespaces of the test's own.
 */
class MissingPrimitivesIT {
    @TempDir private Path data;

    @BeforeAll
    static void needTheTools() {
        Needs.theTools();
        Needs.root();
    }

    /** Runs {@link Examine} after a line of shell. */
    private String examineAfter(List<String> namespace, String lack) throws Exception {
        List<String> argv = new ArrayList<>(namespace);
        argv.addAll(
                List.of(
                        "sh",
                        "-c",
                        lack + " && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        Examine.class.getName(),
                        data.toString()));
        Process examining = new ProcessBuilder(argv).redirectErrorStream(true).start();
        String said = new String(examining.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(examining.waitFor()).as(said).isZero();
        return said;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bwrap", "nsenter", "setsid", "perl", "socat"})
    void aMissingProgramIsNamed(String program) throws Exception {
        String said =
                examineAfter(
                        List.of("unshare", "--mount"),
                        "mount --bind /dev/null " + Tools.locate().path(program));
        assertThat(said)
                .contains(program + ": not found / Install the package '")
                .contains("refused: ISOLATION_UNAVAILABLE the program " + program + " is missing")
                .doesNotContain("MADE");
        assertThat(ErrorCode.ISOLATION_UNAVAILABLE.exitCode()).isEqualTo(69);
    }

    @Test
    void userNamespacesThatAreSwitchedOffAreNamed() throws Exception {
        String said =
                examineAfter(
                        List.of("unshare", "--user", "--map-root-user"),
                        "echo 0 >/proc/sys/user/max_user_namespaces");
        assertThat(said)
                .contains("Change the kernel setting user.max_user_namespaces.")
                .contains("refused: ISOLATION_UNAVAILABLE")
                .doesNotContain("MADE");
    }

    @Test
    void rootOfAContainerWithoutOtherIdsIsAnOrdinaryUser() throws Exception {
        assertThat(examineAfter(List.of("unshare", "--user", "--map-root-user"), "true"))
                .isEqualTo("MADE\n");
    }
}
