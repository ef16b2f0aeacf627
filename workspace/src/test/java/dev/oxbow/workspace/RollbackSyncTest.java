package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox whose files go back, or begin, as a checkpoint: the sync stays lossless. */
class RollbackSyncTest {
    @TempDir Path tmp;
    private SyncFixture f;
    private Sandbox sandbox;

    @BeforeEach
    void open() {
        f = new SyncFixture(tmp);
        f.write("a", "first\n");
        f.write("b", "first\n");
        f.commit("first");
        sandbox = f.sandbox();
    }

    @AfterEach
    void close() {
        f.close();
    }

    @Test
    void afterARollbackTheResultsThatAreInTheWorktreeStayThere() {
        f.in(sandbox);
        CheckpointId before = checkpoint();
        SyncFixture.shell(sandbox, "echo agent > a");
        f.out(sandbox);
        f.write("b", "user\n");

        rollBack(before);

        assertThat(f.read("a")).isEqualTo("agent\n");
        assertThat(f.read("b")).isEqualTo("user\n");
        assertThat(f.in(sandbox).conflicts()).isEmpty();
        SyncFixture.shell(sandbox, "grep -q agent a; grep -q user b; echo more > c");
        assertThat(f.out(sandbox).applied()).isTrue();
        assertThat(f.read("a")).isEqualTo("agent\n");
        assertThat(f.read("b")).isEqualTo("user\n");
        assertThat(f.read("c")).isEqualTo("more\n");
    }

    @Test
    void aResultAppliedAfterTheRollbackIsNotUndoneByTheNextRun() {
        f.in(sandbox);
        CheckpointId before = checkpoint();
        SyncFixture.shell(sandbox, "echo agent > a");
        Harvest harvest = f.harvest(sandbox);

        rollBack(before);
        f.apply(harvest, ConflictPolicy.FAIL);
        f.in(sandbox);
        f.out(sandbox);

        assertThat(f.read("a")).isEqualTo("agent\n");
        SyncFixture.shell(sandbox, "grep -q agent a");
    }

    @Test
    void workThatOnlyTheCheckpointHeldComesBack() {
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo precious > work");
        CheckpointId held = checkpoint();
        SyncFixture.shell(sandbox, "rm work");

        rollBack(held);

        assertThat(f.sync().unextracted(sandbox)).hasSize(1);
        assertThat(f.in(sandbox).conflicts()).isEmpty();
        assertThat(f.out(sandbox).applied()).isTrue();
        assertThat(f.read("work")).isEqualTo("precious\n");
    }

    @Test
    void bothSidesChangedSinceTheCheckpointIsAConflictAndNothingIsWritten() {
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo agent > a");
        CheckpointId held = checkpoint();
        SyncFixture.shell(sandbox, "echo later > a");
        f.write("a", "user\n");

        rollBack(held);

        assertThat(f.out(sandbox).applied()).isFalse();
        assertThat(f.read("a")).isEqualTo("user\n");
    }

    @Test
    void aForkBringsBackItsOwnChangesOnly() {
        f.in(sandbox);
        CheckpointId start = checkpoint();
        f.write("b", "user\n");
        f.in(sandbox);

        Sandbox fork = fork(start);
        SyncFixture.shell(fork, "grep -q first b; echo fork > a");

        assertThat(f.out(fork).applied()).isTrue();
        assertThat(f.read("a")).isEqualTo("fork\n");
        assertThat(f.read("b")).isEqualTo("user\n");
        assertThat(f.sync().unextracted(sandbox)).isEmpty();
    }

    @Test
    void aCheckpointFromBeforeTheFirstSyncIsNothingGiven() {
        CheckpointId empty = checkpoint();
        f.in(sandbox);

        rollBack(empty);

        assertThat(f.in(sandbox).filesSent()).isEqualTo(2);
        assertThat(f.out(sandbox).filesDeleted()).isZero();
        assertThat(f.read("a")).isEqualTo("first\n");
    }

    @Test
    void theBaseOfACheckpointOutlivesTheHousekeepingOfGit() {
        f.write("a", "not committed\n");
        f.in(sandbox);
        CheckpointId before = checkpoint();
        f.write("a", "changed\n");
        f.in(sandbox);
        f.git("reflog", "expire", "--expire=now", "--all");
        f.git("gc", "-q", "--prune=now");

        rollBack(before);
        SyncFixture.shell(sandbox, "echo agent > c");

        assertThat(f.out(sandbox).applied()).isTrue();
        assertThat(f.read("a")).isEqualTo("changed\n");
        f.sync().forget(before);
        assertThat(f.git("for-each-ref", "refs/oxbow/checkpoints")).isEmpty();
        assertThat(f.manifests.load(before)).isEmpty();
    }

    @Test
    void ofACheckpointThatFailsNothingIsKept() {
        f.in(sandbox);
        CheckpointId id = CheckpointId.next();

        assertThatThrownBy(() ->
                        f.sync()
                                .checkpoint(
                                        sandbox,
                                        id,
                                        () -> {
                                            throw new IllegalStateException("as told");
                                        }))
                .hasMessage("as told");

        assertThat(f.manifests.load(id)).isEmpty();
        assertThat(f.git("for-each-ref", "refs/oxbow/checkpoints")).isEmpty();
    }

    private CheckpointId checkpoint() {
        CheckpointId id = CheckpointId.next();
        return f.sync()
                .checkpoint(sandbox, id, () -> sandbox.checkpoint(CheckpointSpec.of(id)))
                .id();
    }

    private void rollBack(CheckpointId to) {
        sandbox.rollback(to);
        f.sync().restore(sandbox.id(), to);
    }

    private Sandbox fork(CheckpointId from) {
        Sandbox fork =
                f.provider.create(
                        SandboxSpec.of(SandboxId.next())
                                .withLabels(
                                        Labels.of(
                                                "oxbow-worktree-id",
                                                Worktree.at(f.repo).identity()))
                                .from(from));
        f.sync().restore(fork.id(), from);
        return fork;
    }
}
