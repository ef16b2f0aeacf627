package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ox providers test} as a user calls it, and stops it, and kills it. */
class ProvidersIT {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir private Path temporary;
    private Path places;

    @BeforeEach
    void aPlaceForTemporaryFolders() throws IOException {
        // Sandboxes of root's have users of their own, who walk through.
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
        places = Files.createDirectory(temporary.resolve("t"));
        Files.setPosixFilePermissions(places, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private OxProcess ox() {
        return new OxProcess(temporary, temporary, temporary.resolve("data"))
                .with("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + places);
    }

    private List<Path> folders() {
        try (Stream<Path> all = Files.list(places)) {
            return all.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processes that have the folder in their arguments: sandboxes, supervisors, the kit. */
    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(p -> arguments(p).contains("/ox-kit-")).toList();
    }

    private String arguments(ProcessHandle process) {
        try {
            String line = Files.readString(Path.of("/proc", process.pid() + "", "cmdline"));
            return line.contains(places.toString()) ? line : "";
        } catch (IOException gone) {
            return "";
        }
    }

    private void expectNothingLeft() {
        Awaitility.await().atMost(LONG).until(() -> folders().isEmpty() && processes().isEmpty());
    }

    /** Waits until the kit has a sandbox. */
    private ProcessHandle underWay(OxProcess.Started ox) {
        Awaitility.await("a sandbox of the kit")
                .atMost(LONG)
                .until(() -> folders().stream().anyMatch(ProvidersIT::hasSandbox));
        return ox.process().children().findFirst().orElseThrow();
    }

    private static boolean hasSandbox(Path folder) {
        try (Stream<Path> all = Files.list(folder.resolve("data/sandboxes"))) {
            return all.findAny().isPresent();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Test
    void aGroupIsTestedReportedAndNothingIsLeft() throws IOException {
        Path file = temporary.resolve("report.json");

        OxProcess.Result result =
                ox().run("providers", "test", "local", "--group", "input", "--report", "" + file);

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.out()).contains("GROUP", "Input", "local conforms");
        assertThat(Json.tree(Files.readString(file)).get("groups").size()).isEqualTo(1);
        expectNothingLeft();
    }

    @Test
    void whatIsNotThereIsNamedWithWhatIs() {
        OxProcess.Result provider = ox().run("providers", "test", "nonsense");
        OxProcess.Result group = ox().run("providers", "test", "local", "--group", "nonsense");

        assertThat(provider.exitCode()).isEqualTo(64);
        assertThat(provider.err()).contains("no provider 'nonsense'", "[local]");
        assertThat(group.exitCode()).isEqualTo(64);
        assertThat(group.err()).contains("no group 'nonsense'", "Lifecycle");
        expectNothingLeft();
    }

    @Test
    void aTestThatIsStoppedCleansUp() {
        OxProcess.Started ox = ox().start("providers", "test", "local", "--group", "signals");
        ProcessHandle unusedKit = underWay(ox);

        ox.process().destroy();

        assertThat(OxProcess.await(ox).exitCode()).isEqualTo(130);
        expectNothingLeft();
    }

    @Test
    void aTestThatIsKilledIsCleanedUpAfter() {
        OxProcess.Started ox = ox().start("providers", "test", "local", "--group", "signals");

        underWay(ox).destroyForcibly();

        OxProcess.Result result = OxProcess.await(ox);
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err()).contains("the test ended early");
        expectNothingLeft();
    }

    @Test
    void aTestWhoseCallerIsKilledCleansUpItself() {
        OxProcess.Started ox = ox().start("providers", "test", "local", "--group", "signals");
        Optional<ProcessHandle> kit = Optional.of(underWay(ox));

        ox.process().destroyForcibly();

        Awaitility.await().atMost(LONG).until(() -> !kit.get().isAlive());
        assertThat(processes()).isEmpty();
        assertThat(folders()).noneMatch(ProvidersIT::hasSandbox);
    }
}
