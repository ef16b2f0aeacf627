package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How sandboxes are made, found, stopped, started and destroyed. */
public abstract class LifecycleContract extends ProviderContract {

    @Test
    void everyPrimitiveIsExaminedAndNoneIsMissing() {
        assertThat(provider().examine())
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.name()).isNotBlank())
                .noneMatch(finding -> finding.status() == Finding.Status.MISSING);
    }

    @Test
    void aNewSandboxIsReadyAndSaysWhatItIs() {
        Labels labels = Labels.of("kit", "new");
        Sandbox sandbox = sandbox(labels);
        SandboxRecord record = sandbox.record();
        assertThat(record.id()).isEqualTo(sandbox.id());
        assertThat(record.provider()).isEqualTo(provider().name());
        assertThat(record.tier()).isEqualTo(provider().tier());
        assertThat(record.state()).isEqualTo(SandboxState.READY);
        assertThat(record.incarnation()).isEqualTo(1);
        assertThat(record.labels()).isEqualTo(labels);
        assertThat(record.enforced()).allSatisfy(e -> assertThat(e.mechanism()).isNotBlank());
    }

    @Test
    void creatingAgainWithAnEqualSpecGivesTheSameSandbox() {
        SandboxSpec spec = SandboxSpec.of(newId()).withLabels(Labels.of("kit", "again"));
        write(provider().create(spec), "kept", "yes");
        Sandbox again = provider().create(spec);
        assertThat(read(again, "kept")).isEqualTo("yes");
        assertThat(again.record().incarnation()).isEqualTo(1);
    }

    @Test
    void creatingAgainWithAnotherSpecIsRefused() {
        SandboxSpec spec = SandboxSpec.of(newId());
        provider().create(spec);
        refused(
                ErrorCode.IDEMPOTENCY_KEY_REUSED,
                () -> provider().create(spec.withLabels(Labels.of("kit", "other"))));
    }

    @Test
    void f23_concurrentCreationsOfOneIdMakeOneSandbox() throws InterruptedException {
        SandboxSpec spec = SandboxSpec.of(newId()).withLabels(Labels.of("kit", "race"));
        List<Sandbox> all =
                together(
                        Collections.nCopies(20, (Callable<Sandbox>) () -> provider().create(spec)));
        write(all.getFirst(), "shared", "by all");
        assertThat(all)
                .allSatisfy(sandbox -> assertThat(read(sandbox, "shared")).isEqualTo("by all"));
        assertThat(provider().get(spec.id())).isPresent();
    }

    @Test
    void fiftySandboxesAreMadeAndUsedAtTheSameTime() throws InterruptedException {
        List<Callable<String>> calls =
                IntStream.range(0, 50)
                        .mapToObj(n ->
                                (Callable<String>)
                                        () -> {
                                            Sandbox mine = sandbox();
                                            write(mine, "name", "box " + n);
                                            return run(mine, "cat name").out();
                                        })
                        .toList();
        assertThat(together(calls))
                .containsExactlyElementsOf(
                        IntStream.range(0, 50).mapToObj(n -> "box " + n).toList());
    }

    @Test
    void anUnknownSandboxIsAbsent() {
        assertThat(provider().get(SandboxId.next())).isEmpty();
    }

    @Test
    void sandboxesAreFoundByLabelsOldestFirst() {
        needs(Capability.LABELS_FILTER);
        String mark = "m" + markedSeconds();
        Sandbox first = sandbox(Labels.of("kit", mark, "n", "1"));
        Sandbox second = sandbox(Labels.of("kit", mark, "n", "2"));
        sandbox(Labels.of("kit", "x" + mark));
        assertThat(provider().list(Labels.of("kit", mark)))
                .extracting(Sandbox::id)
                .containsExactly(first.id(), second.id());
        assertThat(provider().list(Labels.of("kit", mark, "n", "2")))
                .extracting(Sandbox::id)
                .containsExactly(second.id());
        assertThat(provider().list(Labels.of("kit", mark, "n", "3"))).isEmpty();
        assertThat(provider().list(Labels.NONE))
                .extracting(Sandbox::id)
                .contains(first.id(), second.id());
    }

    @Test
    void selectingByLabelsIsRefusedWhereItIsLacking() {
        lacks(Capability.LABELS_FILTER);
        refusedAsUnsupported(() -> provider().list(Labels.of("kit", "x")));
    }

    @Test
    void settingLabelsReplacesAllOfThem() {
        Sandbox sandbox = sandbox(Labels.of("a", "1", "b", "2"));
        sandbox.setLabels(Labels.of("b", "3", "c", "4"));
        assertThat(provider().get(sandbox.id()).orElseThrow().record().labels())
                .isEqualTo(Labels.of("b", "3", "c", "4"));
    }

    @Test
    void labelsDoNotBelongToTheKeyOfCreationOnceChanged() {
        SandboxSpec spec = SandboxSpec.of(newId()).withLabels(Labels.of("kit", "first"));
        provider().create(spec).setLabels(Labels.of("kit", "second"));
        assertThat(provider().create(spec).record().labels()).isEqualTo(Labels.of("kit", "second"));
    }

    @Test
    void destroyingRemovesTheSandboxAndWhatRunsInIt() throws InterruptedException {
        Sandbox sandbox = sandbox();
        sandbox.exec(ProcessSpec.of("sleep", markedSeconds()));
        provider().destroy(sandbox.id());
        assertThat(provider().get(sandbox.id())).isEmpty();
        assertThat(provider().list(Labels.NONE))
                .extracting(Sandbox::id)
                .doesNotContain(sandbox.id());
        assertThat(sandbox.awaitLoss(soon())).isTrue();
        refused(ErrorCode.SANDBOX_NOT_FOUND, () -> sandbox.exec(sh("true")));
    }

    @Test
    void destroyingAnAbsentSandboxSucceeds() {
        Sandbox sandbox = sandbox();
        provider().destroy(sandbox.id());
        provider().destroy(sandbox.id());
        provider().destroy(SandboxId.next());
    }

    @Test
    void concurrentDestructionsAllSucceed() throws InterruptedException {
        SandboxId id = sandbox().id();
        together(
                Collections.nCopies(
                        10,
                        (Callable<Boolean>)
                                () -> {
                                    provider().destroy(id);
                                    return true;
                                }));
        assertThat(provider().get(id)).isEmpty();
    }

    @Test
    void aSandboxIsBusyWhileSomethingRunsInIt() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess process =
                sandbox.exec(ProcessSpec.of("cat").withStdin(new ProcessSpec.Stdin.Pipe()));
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.BUSY);
        process.closeStdin();
        assertThat(process.awaitExit(soon())).isPresent();
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void stoppingEndsProcessesAndKeepsFiles() throws InterruptedException {
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        write(sandbox, "kept", "yes");
        run(sandbox, ProcessSpec.of("sh", "-c", "echo home >\"$HOME/kept\""));
        SandboxProcess process = sandbox.exec(ProcessSpec.of("sleep", markedSeconds()));
        sandbox.stop();
        sandbox.stop();
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.STOPPED);
        assertThat(process.exit().map(ProcessExit::reason))
                .contains(ProcessExit.Reason.SANDBOX_LOST);
        refused(ErrorCode.CONTAINER_UNAVAILABLE, () -> sandbox.exec(sh("true")));

        sandbox.start();
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
        assertThat(sandbox.record().incarnation()).isEqualTo(2);
        sandbox.start();
        assertThat(sandbox.record().incarnation()).isEqualTo(2);
        assertThat(run(sandbox, "cat kept \"$HOME/kept\"").out()).isEqualTo("yeshome\n");
        assertThat(sandbox.process(process.id()).flatMap(SandboxProcess::exit))
                .isEqualTo(process.exit());
    }

    @Test
    void aStoppedSandboxIsStillListedAndCanBeDestroyed() {
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        sandbox.stop();
        try (SandboxProvider other = subject().open()) {
            assertThat(other.get(sandbox.id()).map(s -> s.record().state()))
                    .contains(SandboxState.STOPPED);
            other.destroy(sandbox.id());
        }
        assertThat(provider().get(sandbox.id())).isEmpty();
    }

    @Test
    void stoppingAndStartingAreRefusedWhereTheyAreLacking() {
        lacks(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        refusedAsUnsupported(sandbox::stop);
        refusedAsUnsupported(sandbox::start);
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void aHealthySandboxIsNotLost() throws InterruptedException {
        assertThat(sandbox().awaitLoss(Deadline.in(Duration.ofMillis(50)))).isFalse();
    }

    @Test
    void closingTheProviderEndsNothing() throws InterruptedException {
        SandboxId id = newId();
        SandboxProcess process;
        try (SandboxProvider first = subject().open()) {
            Sandbox sandbox = first.create(SandboxSpec.of(id));
            process = sandbox.exec(ProcessSpec.of("cat").withStdin(new ProcessSpec.Stdin.Pipe()));
        }
        Sandbox found = provider().get(id).orElseThrow();
        Optional<SandboxProcess> still = found.process(process.id());
        assertThat(still.flatMap(SandboxProcess::exit)).isEmpty();
        still.orElseThrow().closeStdin();
        assertThat(still.orElseThrow().awaitExit(soon()).map(ProcessExit::success)).contains(true);
    }

    @Test
    void directoriesOfTheHostAreShownInside(@TempDir Path host) throws Exception {
        Files.writeString(host.resolve("tool"), "#!/bin/sh\necho from the host\n");
        assertThat(host.resolve("tool").toFile().setExecutable(true, false)).isTrue();
        assertThat(host.toFile().setExecutable(true, false)).isTrue();
        assertThat(host.toFile().setReadable(true, false)).isTrue();
        Sandbox sandbox =
                provider()
                        .create(SandboxSpec.of(newId()).withReadOnly(Map.of(Sandbox.AGENTS, host)));
        assertThat(run(sandbox, ProcessSpec.of(Sandbox.AGENTS + "/tool")).out())
                .isEqualTo("from the host\n");
    }
}
