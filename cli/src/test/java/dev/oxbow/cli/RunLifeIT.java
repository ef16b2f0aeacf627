package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oxbow.base.Json;
import dev.oxbow.posix.Posix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What becomes of a run when its {@code ox} is told to end, is killed, or was never waited for. */
@Timeout(240)
class RunLifeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int HUP = 1;
    private static final int INT = 2;
    private static final int KILL = 9;
    private static final int TERM = 15;
    private static final String SLOW = "echo half >f.txt; echo ready; sleep 3; echo all >f.txt";

    @TempDir private Path temporary;
    private OxRepository repository;
    private OxProcess ox;

    @BeforeEach
    void aRepository() throws Exception {
        repository = new OxRepository(temporary);
        ox = repository.ox;
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        repository.delete();
    }

    @Test
    void f42_aRunWhoseOxIsKilledEndsByItself() {
        OxProcess.Started run = startUntilReady(SLOW);

        signal(run, KILL);

        assertThat(OxProcess.await(run).exitCode()).isEqualTo(128 + KILL);
        JsonNode exit = awaitEnd();
        assertThat(exit.get("outcome").stringValue()).isEqualTo("completed");
        assertThat(repository.tree.resolve("f.txt")).hasContent("all\n");
    }

    @Test
    void f42_aRunWhoseTerminalIsClosedEndsByItself() {
        OxProcess.Started run = startUntilReady(SLOW);

        signal(run, HUP);

        assertThat(OxProcess.await(run).exitCode()).isEqualTo(128 + HUP);
        assertThat(awaitEnd().get("outcome").stringValue()).isEqualTo("completed");
        assertThat(repository.tree.resolve("f.txt")).hasContent("all\n");
    }

    @Test
    void aGuardianThatIsKilledDoesNoHarm() {
        OxProcess.Started run = startUntilReady(SLOW);
        assertThat(repository.processes("ox-guardian")).hasSize(1);

        repository.kill("ox-guardian");

        OxProcess.Result result = OxProcess.await(run);
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(repository.tree.resolve("f.txt")).hasContent("all\n");
    }

    @Test
    void aGuardianGoesWhenTheRunHasEndedAndKnowsNoKey() {
        String key = "secret-of-the-test-7c21";
        ox.with("OX_TEST_KEY", key);
        OxProcess.Started run = startUntilReady(SLOW);
        assertThat(repository.processes("ox-guardian")).hasSize(1);
        assertThat(repository.processes("")).noneMatch(line -> line.contains(key));

        assertThat(OxProcess.await(run).exitCode()).isZero();

        await().atMost(PATIENCE).until(() -> repository.processes("ox-guardian").isEmpty());
        assertThat(repository.processes(" drive ")).isEmpty();
    }

    @Test
    void termIsOneInterrupt() {
        OxProcess.Started run = startUntilReady("echo half >f.txt; echo ready; sleep 60");

        signal(run, TERM);
        OxProcess.Result result = OxProcess.await(run);

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(outcome(result).get("outcome").stringValue()).isEqualTo("cancelled");
        assertThat(repository.tree.resolve("f.txt")).hasContent("half\n");
    }

    @Test
    void anAgentThatAnswersTermWithSuccessIsCancelledAllTheSame() {
        OxProcess.Started run =
                startUntilReady("trap 'exit 0' TERM; echo ready; sleep 60 & wait; exit 0");

        signal(run, INT);
        OxProcess.Result result = OxProcess.await(run);

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(outcome(result).get("outcome").stringValue()).isEqualTo("cancelled");
        String id = outcome(result).get("run").stringValue();
        assertThat(state(id)).isEqualTo("cancelled");
    }

    @Test
    void aSecondInterruptLeavesTheRunWhichIsCancelledBehindOurBack() {
        // Deaf to TERM: only after five seconds KILL ends it.
        OxProcess.Started run =
                startUntilReady("trap '' TERM; echo half >f.txt; echo ready; sleep 60; exit 0");

        signal(run, INT);
        await().atMost(PATIENCE).until(() -> run.said().contains("stopping"));
        signal(run, INT);
        OxProcess.Result result = OxProcess.await(run);

        assertThat(result.exitCode()).isEqualTo(130);
        String id = outcome(result).get("run").stringValue();
        assertThat(outcome(result).get("outcome").stringValue()).isEqualTo("running");
        assertThat(outcome(result).get("exit_code").intValue()).isEqualTo(130);
        assertThat(result.err()).contains("left alone; come back with: ox attach " + id);
        assertThat(awaitEnd().get("outcome").stringValue()).isEqualTo("cancelled");
        await().atMost(PATIENCE).until(() -> state(id).equals("cancelled"));
        assertThat(repository.tree.resolve("f.txt")).hasContent("half\n");
    }

    @Test
    void aDetachedRunTellsItsStateInOneLineAndOutlivesItsTerminal() {
        String line =
                String.join(" ", OxProcess.words())
                        + " run --json --detach --agent command -- sh -c 'echo begun; sleep 60'";

        // The terminal is gone when this has ended.
        OxProcess.Result started =
                OxProcess.await(ox.start(List.of("script", "-qec", line, "/dev/null")));

        assertThat(started.exitCode()).isZero();
        assertThat(started.out().lines()).hasSize(1);
        JsonNode state = outcome(started);
        assertThat(state.get("type").stringValue()).isEqualTo("outcome");
        assertThat(state.get("outcome").stringValue()).isIn("queued", "running");
        assertThat(state.get("exit_code").intValue()).isZero();
        String id = state.get("run").stringValue();
        OxProcess.Started log = ox.start("logs", "-f", id);
        await().atMost(PATIENCE).until(() -> log.printed().contains("out begun"));
        assertThat(state(id)).isEqualTo("running");

        OxProcess.Result cancelled = ox.run("cancel", "--wait", "--json", id);

        assertThat(outcome(cancelled).get("outcome").stringValue()).isEqualTo("cancelled");
        assertThat(OxProcess.await(log).exitCode()).isZero();
        assertThat(state(id)).isEqualTo("cancelled");
    }

    @Test
    void aBackgroundDriverThatIsToldToEndStopsItsAgentAndBringsItsWorkBack() {
        OxProcess.Result started =
                ox.run(OxRepository.run("echo half >f.txt; echo ready; sleep 60", "--detach"));
        String id = outcome(started).get("run").stringValue();
        OxProcess.Started log = ox.start("logs", "-f", id);
        await().atMost(PATIENCE).until(() -> log.printed().contains("out ready"));

        ProcessHandle.allProcesses()
                .filter(p -> OxRepository.commandLine(p).endsWith(" drive " + id + " "))
                .forEach(p -> Posix.kill(p.pid(), TERM));

        assertThat(awaitEnd().get("outcome").stringValue()).isEqualTo("cancelled");
        assertThat(OxProcess.await(log).exitCode()).isZero();
        assertThat(repository.tree.resolve("f.txt")).hasContent("half\n");
    }

    private OxProcess.Started startUntilReady(String script) {
        OxProcess.Started run = ox.start(OxRepository.run(script));
        await().atMost(PATIENCE).until(() -> run.printed().contains("ready\\n"));
        return run;
    }

    private JsonNode awaitEnd() {
        await().atMost(PATIENCE).until(() -> repository.exitDocument().isPresent());
        return repository.exitDocument().orElseThrow();
    }

    private String state(String run) {
        return repository.show(run).get("state").stringValue();
    }

    private static JsonNode outcome(OxProcess.Result result) {
        return Json.tree(result.lastLine());
    }

    private static void signal(OxProcess.Started run, int number) {
        assertThat(Posix.kill(run.process().pid(), number)).isTrue();
    }
}
