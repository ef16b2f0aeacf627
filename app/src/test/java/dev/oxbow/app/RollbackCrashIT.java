package dev.oxbow.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunView;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills the process that rolls a sandbox back at each of its steps; nothing may be lost. */
@Timeout(120)
class RollbackCrashIT {
    private Repository repository;

    @BeforeEach
    void make() throws Exception {
        repository = new Repository();
    }

    @AfterEach
    void delete() throws Exception {
        repository.delete();
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {
                "CHECKPOINT_INTENDED",
                "CHECKPOINT_TAKEN",
                "ROLLBACK_INTENDED",
                "ROLLED_BACK",
                "BASE_RESTORED"
            })
    void f52_aRollbackThatIsCutOffLosesNothing(CrashPoint point) throws Exception {
        Killed.at(point, CrashingRollback.class, repository, "echo agent > calc.txt");
        repository.write("mine.txt", "user\n");

        try (Engine engine = Oxbow.at(repository.data()).open()) {
            RunRequest next =
                    RunRequest.of(repository.worktree, "")
                            .command(
                                    List.of(
                                            "/bin/sh",
                                            "-ec",
                                            "grep -q agent calc.txt; grep -q user mine.txt;"
                                                    + " echo more > more.txt"))
                            .build();
            RunView run = engine.await(engine.start(next).getFirst());

            assertThat(run.outcome().orElseThrow().message()).isEqualTo("completed");
            assertThat(run.outcome().orElseThrow().filesChanged()).isEqualTo(1);
            assertThat(repository.read("calc.txt")).isEqualTo("agent\n");
            assertThat(repository.read("mine.txt")).isEqualTo("user\n");
            assertThat(repository.read("more.txt")).isEqualTo("more\n");
            engine.sandboxes().forEach(sandbox -> engine.remove(sandbox.id(), true));
        }
    }
}
