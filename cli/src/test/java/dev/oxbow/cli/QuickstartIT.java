package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.oxbow.base.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The first command of the README, with the real agent and the stand-in model. */
class QuickstartIT {
    /** Kept between builds, so that the agent is fetched once. */
    private static final Path DATA =
            Path.of(Optional.ofNullable(System.getenv("OX_TEST_DATA")).orElse("target/oxbow-data"))
                    .toAbsolutePath();

    @TempDir private Path temporary;

    private OxProcess ox() {
        return new OxProcess(temporary, temporary, DATA);
    }

    @Test
    void aFailingTestIsFixedTwiceTheSecondTimeOffline() {
        OxProcess.Result first =
                ox().run("quickstart", "--json", "--dir", temporary.resolve("one").toString());
        if (first.exitCode() == 69 && System.getenv("CI") == null) {
            System.err.println("[cli] SKIPPED: " + first.err());
            assumeTrue(false, first.err());
        }
        fixed(first);

        fixed(
                ox().with("npm_config_offline", "true")
                        .with("npm_config_registry", "http://127.0.0.1:1/")
                        .run("quickstart", "--json", "--dir", temporary.resolve("two").toString()));
    }

    private static void fixed(OxProcess.Result result) {
        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonNode report = Json.tree(result.out());
        assertThat(report.get("ok").booleanValue()).isTrue();
        assertThat(report.get("modelIsStandIn").booleanValue()).isTrue();
        assertThat(report.get("testPassedBefore").booleanValue()).isFalse();
        assertThat(report.get("testPassedAfter").booleanValue()).isTrue();
        assertThat(report.get("filesChanged").intValue()).isEqualTo(1);
        assertThat(Path.of(report.get("artifacts").stringValue()).resolve("exit.json")).exists();
        assertThat(result.err()).contains("stand-in");
        assertThat(Files.exists(Path.of(report.get("repository").stringValue(), "total.sh")))
                .isTrue();
    }
}
