package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldRecordsTest {
    private @TempDir Path data;
    private LocalConfig config = LocalConfig.of(Path.of("/"));
    private SandboxFolder sandbox = new SandboxFolder(Path.of("/"));

    @BeforeEach
    void makeASandbox() throws IOException {
        config = LocalConfig.of(data);
        sandbox = SandboxFolder.of(data, SandboxId.next());
        Files.createDirectories(sandbox.processes());
        Files.createDirectories(sandbox.terminals());
        Files.createDirectories(data.resolve("trash"));
    }

    private static Path ended(Path kind, Duration age) throws IOException {
        Path folder = Files.createDirectory(kind.resolve(ProcessId.next().value()));
        Path exit = Files.writeString(folder.resolve("exit"), ExitRecord.UNSEEN.line());
        Files.setLastModifiedTime(exit, FileTime.from(Instant.now().minus(age)));
        return folder;
    }

    @Test
    void whatEndedLongAgoGoesAndAllElseStays() throws IOException {
        Path old = ended(sandbox.processes(), Duration.ofDays(8));
        Path oldTerminal = ended(sandbox.terminals(), Duration.ofDays(8));
        Path young = ended(sandbox.processes(), Duration.ofHours(25));
        Path running = Files.createDirectory(sandbox.processes().resolve(ProcessId.next().value()));
        Files.setLastModifiedTime(
                running, FileTime.from(Instant.now().minus(Duration.ofDays(100))));
        Path other = Files.createDirectory(sandbox.processes().resolve("something-else"));

        new OldRecords(config).sweepIfDue();

        assertThat(old).doesNotExist();
        assertThat(oldTerminal).doesNotExist();
        assertThat(young).exists();
        assertThat(running).exists();
        assertThat(other).exists();
    }

    @Test
    void oneSweepAnHourIsEnough() throws IOException {
        new OldRecords(config).sweepIfDue();
        Path old = ended(sandbox.processes(), Duration.ofDays(8));
        new OldRecords(config).sweepIfDue();
        assertThat(old).exists();

        Files.setLastModifiedTime(
                data.resolve("swept"), FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        new OldRecords(config).sweepIfDue();
        assertThat(old).doesNotExist();
    }

    @Test
    void nothingIsForgottenWithinADay() {
        assertThatThrownBy(() ->
                        new LocalConfig(
                                data,
                                1,
                                1,
                                config.retention(),
                                Duration.ofHours(23),
                                config.patience(),
                                config.relayPatience()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
