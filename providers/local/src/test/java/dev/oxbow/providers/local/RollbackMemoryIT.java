package dev.oxbow.providers.local;

import static dev.oxbow.providers.local.Shells.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What outlives processes without being a file of the sandbox does not outlive a rollback. */
class RollbackMemoryIT {
    private LocalWorld world;
    private LocalProvider provider;

    @BeforeEach
    void open() {
        Needs.theTools();
        world = new LocalWorld();
        provider = world.open();
    }

    @AfterEach
    void close() {
        provider.close();
        world.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Made by a process that is gone, looked for by another.
                "ipcmk -M 4096 | wc -l < /proc/sysvipc/shm",
                "ipcmk -S 2 | wc -l < /proc/sysvipc/sem",
                "ipcmk -Q | wc -l < /proc/sysvipc/msg",
                "echo x > /dev/shm/x | ls /dev/shm"
            })
    void memoryThatProcessesSharedIsGone(String make, String look) throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        Checkpoint checkpoint = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        String before = run(sandbox, look);
        String unusedSaid = run(sandbox, make);
        assertThat(run(sandbox, look)).isNotEqualTo(before);

        assertThat(sandbox.rollback(checkpoint.id()).incarnation()).isEqualTo(2);

        assertThat(run(sandbox, look)).isEqualTo(before);
    }
}
